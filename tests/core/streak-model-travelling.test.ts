import { expect, it } from 'vitest';
import { agreesOnHalf } from '../support/streak-model.ts';

it('shows a member what the rules say, whatever zones and date lines they cross', async () => {
  await expect(agreesOnHalf('travelling')).resolves.toBeUndefined();
}, 300_000);
