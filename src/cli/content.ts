import type { Command } from 'commander';
import { readContent } from '../content.ts';
import { type ExitCode, exitCodes, toTheEnd } from '../exit.ts';

export function addContent(handrail: Command): void {
  handrail
    .command('content')
    .description('what the bot says and knows')
    .command('check')
    .description('check every file of content/, and list what no person has verified yet')
    .action(() => toTheEnd(async () => checkContent()));
}

function checkContent(): ExitCode {
  const { helplines, fellowships, strategies } = readContent();
  const lines = Object.entries(helplines).flatMap(([country, { lines }]) =>
    lines.map((line) => ({ country, ...line })),
  );
  const unverified = lines.filter(({ verifiedAt }) => verifiedAt === null);
  const links = fellowships.filter(({ verifiedAt }) => verifiedAt === null);
  process.stdout.write(
    [
      `${strategies.length} strategies, ${fellowships.length} fellowships, ${lines.length} helplines in ${Object.keys(helplines).length} countries: all as they should be.`,
      `Helplines that no person has compared with their source yet: ${unverified.length}`,
      ...unverified.map(({ country, name, source }) => `  ${country}  ${name}: ${source}`),
      `Fellowships whose links no person has opened yet: ${links.length}`,
      ...links.map(({ name, finder }) => `  ${name}: ${finder}`),
      '',
    ].join('\n'),
  );
  return exitCodes.ok;
}
