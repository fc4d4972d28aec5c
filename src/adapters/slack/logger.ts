import { type Logger, LogLevel } from '@slack/web-api';

const nothing = (): void => {};

/** Slack's library writes bodies and tokens into its own log: nothing of it is kept. What matters is logged by us. */
export const slackLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};
