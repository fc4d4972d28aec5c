import { defineRoom } from '../conversation/room.ts';

export const consent = defineRoom({ keeps: { consents: ['CommunityConsent'] } });
