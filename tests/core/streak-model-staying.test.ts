import { expect, it } from 'vitest';
import { agreesOnHalf } from '../support/streak-model.ts';

it('shows a member what the rules say, whatever they ask and however long they stay away', async () => {
  await expect(agreesOnHalf('staying')).resolves.toBeUndefined();
}, 300_000);
