import { type Logger, LogLevel } from '@slack/web-api';

const nothing = (): void => {};

/** Discards the log of Slack's library, because it contains bodies and tokens. The bot logs what matters. */
export const slackLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};
