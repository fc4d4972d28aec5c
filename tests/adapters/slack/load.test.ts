import { loadContract } from '../../contracts/load.ts';
import { aBot, aStorage } from './bot.ts';

loadContract('slack', async () => {
  const { store, file } = await aStorage();
  const { server, general, team } = await aBot({ store, answerWithinMs: 20_000 });
  return {
    platform: 'slack',
    file,
    store,
    member(number) {
      const person = server.user(`member ${number}`);
      return {
        key: `${team.id}/${person.id}`,
        checkIn: (mood) => person.in(general).slash(`checkin mood:${mood}`),
      };
    },
    told: async () => server.deliveries,
  };
});
