import { expect, it } from 'vitest';
import { ResponseUrlError, reasonOf } from '../../../src/adapters/slack/failure.ts';

it('a reason for the log is a word of Slack’s, and never a body that may quote a member', () => {
  expect(reasonOf(new ResponseUrlError(400, 0, 'expired_url'))).toBe('expired_url');
  expect(reasonOf(new ResponseUrlError(400, 0, '<html>I used last night</html>'))).toBe('refused');
});
