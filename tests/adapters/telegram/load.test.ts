import { loadContract } from '../../contracts/load.ts';
import { aBot, aStorage } from './bot.ts';

// Telegram waits for no acknowledgement: what is measured here is how soon a poll brings what is told.
loadContract('telegram', async () => {
  const { store, file } = await aStorage();
  const { server } = await aBot({ store, answerWithinMs: 20_000 });
  const before = server.updates.all.length;
  return {
    platform: 'telegram',
    file,
    store,
    member(number) {
      const person = server.user(`member ${number}`);
      return { key: person.id, checkIn: (mood) => person.alone.says(`/checkin mood:${mood}`) };
    },
    told: async () => server.updates.all.slice(before).map((one) => ({ ...one, acknowledgedAt: one.heardAt })),
  };
});
