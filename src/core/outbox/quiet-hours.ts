import { z } from 'zod';
import type { ClockTime } from '../values/time.ts';
import type { Contact } from './contact-store.ts';

const time = '([01]?\\d|2[0-3]):([0-5]\\d)';
const span = new RegExp(`^${time}\\s*(?:-|–|—|to|until)\\s*${time}$`, 'i');

/** "22:00-07:00", also with "to" in place of the dash; "none" ends them. */
export const quietHours = z.string().transform((text, issues): Contact['quiet'] => {
  if (/^(none|no|off)$/i.test(text)) return null;
  const [, fromHour, fromMinute, untilHour, untilMinute] = span.exec(text) ?? [];
  if (fromHour === undefined || untilHour === undefined) {
    issues.addIssue({ code: 'custom' });
    return z.NEVER;
  }
  return { from: clock(fromHour, fromMinute), until: clock(untilHour, untilMinute) };
});

function clock(hour: string, minute = '00'): ClockTime {
  return `${hour.padStart(2, '0')}:${minute}` as ClockTime;
}
