import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a contender in a process of its own, which runs `worker`; it is asked one thing at a time. */
export async function start(worker, about, nodeOptions = []) {
  const execArgv = [...process.execArgv, ...nodeOptions];
  const child = fork(worker, [JSON.stringify(about)], { serialization: 'advanced', execArgv });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${about.who} ended with ${String(code)}`);
  });
  ended.catch(() => {});
  const answer = async () => {
    const [{ result }] = await Promise.race([once(child, 'message'), ended]);
    return result;
  };
  const ask = (call, ...args) => {
    child.send({ call, args });
    return answer();
  };
  await answer();
  return {
    name: about.who,
    ask,
    async close() {
      await ask('close');
      child.disconnect();
    },
  };
}
