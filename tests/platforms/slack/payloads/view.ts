import { z } from 'zod';
import { type Block, blockList, elementsIn } from './blocks.ts';
import { problemsBySchema } from './parse.ts';
import { plainText } from './text.ts';

/** Views, with the limits of https://docs.slack.dev/reference/views */

const common = {
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
  external_id: z.string().max(255).optional(),
};

const blocks = blockList(100).refine((all) => focused(all) <= 1, 'only one element can have the focus');

/** https://docs.slack.dev/reference/views/modal-views */
const modal = z
  .strictObject({
    ...common,
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    blocks,
    notify_on_close: z.boolean().optional(),
    clear_on_close: z.boolean().optional(),
  })
  // Slack may take it; nobody is to be shown an empty window.
  .refine((view) => view.blocks.length > 0, { message: 'an empty modal', path: ['blocks'] })
  .refine((view) => view.submit !== undefined || view.blocks.every(({ type }) => type !== 'input'), {
    message: 'a modal with input blocks needs a submit',
    path: ['submit'],
  });

/** https://docs.slack.dev/reference/views/home-tab-views */
const home = z.strictObject({ ...common, type: z.literal('home'), blocks });

const view = z.discriminatedUnion('type', [modal, home]);

export function problemsOfView(given: unknown): string[] {
  return problemsBySchema(view, given);
}

function focused(all: readonly Block[]): number {
  return all.flatMap((each) => elementsIn(each)).filter((each) => each['focus_on_load'] === true).length;
}
