import { openDatabase } from '../dist/storage/database.js';
import { barePrisma, sealedSizes } from './checkin-peers.js';
import { memberCount } from './checkin-requests.js';

/** The bare statements of each member's next check-in. `alone`: asked for in a private chat, of which no community is told. */
export async function barePasses({ file, sealedIn, sealedPass, passCount, statements, alone = false }) {
  const sizes = await sizesIn(sealedIn, sealedPass);
  const prisma = await barePrisma(await openDatabase({ kind: 'sqlite', file }, true), sizes, { alone, statements });
  const passes = Array.from({ length: passCount }, (_, pass) => prisma.checkInsOf(pass));
  const passOf = Array.from({ length: memberCount }, () => 0);
  return {
    async writeNext(member) {
      const write = passes[passOf[member]];
      passOf[member] += 1;
      await write(member);
    },
    close: () => prisma.close(),
  };
}

/** The other bot has this file open: it is only read. */
async function sizesIn(file, pass) {
  const client = await (await openDatabase({ kind: 'sqlite', file }, false)).open({ info: () => {} });
  const sizes = await sealedSizes({ client }, pass);
  await client.$disconnect();
  return sizes;
}
