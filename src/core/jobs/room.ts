import { defineRoom } from '../conversation/room.ts';

export const jobs = defineRoom({ keeps: { jobs: ['Job'] } });
