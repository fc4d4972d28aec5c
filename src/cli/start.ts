import type { Command } from 'commander';
import { toTheEnd } from '../exit.ts';
import { run } from '../main.ts';

export function addStart(handrail: Command): void {
  handrail
    .command('start')
    .description('run the bot: on every platform that is set up, or on this terminal while none is')
    .action(() => toTheEnd(() => run(process.env, null)));
}
