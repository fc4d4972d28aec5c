// npm run bench -- NAME
import { readdirSync } from 'node:fs';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.bench.js'))
  .map((file) => file.replace('.bench.js', ''));
const [name] = process.argv.slice(2);
if (!names.includes(name)) {
  process.stderr.write(`Name one of: ${names.join(', ')}\n`);
  process.exit(64);
}
await import(`./${name}.bench.js`);
