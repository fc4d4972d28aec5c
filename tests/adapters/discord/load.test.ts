import { loadContract } from '../../contracts/load.ts';
import { aBot, aStorage, asRead } from './bot.ts';

loadContract('discord', async () => {
  const { store, file } = await aStorage();
  const { server, general } = await aBot({ store, answerWithinMs: 20_000 });
  return {
    platform: 'discord',
    file,
    store,
    member(number) {
      const person = server.user(`member ${number}`);
      return {
        key: person.id,
        async checkIn(mood) {
          const { text, messages } = await person.in(general).slash('checkin', { mood });
          return { text: asRead(text), messages };
        },
      };
    },
    told: async () => server.interactions,
  };
});
