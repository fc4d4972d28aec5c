// pg-boss with the promise of the outbox for each job: taken by one process at a time, and tried again if it is lost.
import PgBoss from 'pg-boss';
import { nowMs } from './outbox-sender.js';

const queue = 'bench';
const data = { words: 'What is one thing that went a little easier today than it did a month ago?' };

export async function openBoss(url) {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(queue);
  let asked = [];
  let finished = { count: 0, lastMs: 0 };
  let ended = Promise.resolve();

  async function lane() {
    for (;;) {
      const [job] = await boss.fetch(queue);
      if (job === undefined) return;
      asked.push({ id: job.id });
      await boss.complete(queue, job.id);
      finished = { count: finished.count + 1, lastMs: nowMs() };
    }
  }

  return {
    async fill(_, count) {
      for (let left = count; left > 0; left -= 500)
        await boss.insert(Array.from({ length: Math.min(left, 500) }, () => ({ name: queue, data })));
    },
    async ready() {
      await Promise.all(Array.from({ length: 10 }, () => boss.getQueueSize(queue)));
    },
    start(laneCount) {
      asked = [];
      finished = { count: 0, lastMs: 0 };
      ended = Promise.all(Array.from({ length: laneCount }, lane));
      return nowMs();
    },
    finished: () => finished,
    async stop() {
      await ended;
      return asked;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
