import { expect, it } from 'vitest';

it('fails', () => {
  expect(true).toBe(false);
});
