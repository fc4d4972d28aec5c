import { defineRoom } from '../conversation/room.ts';
import { askAboutDoubt, outboxActions } from './ask.ts';

export const outbox = defineRoom({
  actions: outboxActions,
  templates: [askAboutDoubt],
  keeps: { outbox: ['Delivery', 'Pace'], contacts: ['Contact'] },
});
