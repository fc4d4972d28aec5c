// For a bot that is started with it: its clock is set, so that the hourly sweep (src/core/maintenance.ts) begins in a moment.
const { now } = Date;
const begun = now();
const secondsAhead = 4;
const hourMs = 3_600_000;
const sweepAt = Math.floor(begun / hourMs) * hourMs + 17 * 60_000;
const ahead = sweepAt - secondsAhead * 1_000 - begun;

globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(now() + ahead);
    else super(...args);
  }

  static now() {
    return now() + ahead;
  }
};
