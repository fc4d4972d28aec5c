import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the words stand, in bytes, however they are spelled. */
export function tracesOf(words: readonly string[], files: readonly string[]): readonly string[] {
  const spellings = words.flatMap((word) => spellingsOf(word).map((spelling) => ({ word, ...spelling })));
  return files.flatMap((file) => {
    const bytes = contentOf(file);
    const anyCase = bytes.toLowerCase();
    return spellings
      .filter(({ letters, exact }) => (exact ? bytes : anyCase).includes(letters))
      .map(({ word, how }) => `${word} as ${how} in ${file}`);
  });
}

export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every way in which a word may stand in a file. Letters are compared without their case, but where it carries bits. */
function spellingsOf(word: string): readonly { how: string; letters: string; exact: boolean }[] {
  const utf8 = Buffer.from(word);
  const lower = word.toLowerCase();
  return [
    { how: 'UTF-8', letters: lower, exact: false },
    // Without the last zero, which the other byte order has at the other end.
    { how: 'UTF-16', letters: Buffer.from(lower, 'utf16le').toString('latin1').slice(0, -1), exact: false },
    { how: 'hexadecimal', letters: utf8.toString('hex'), exact: false },
    ...(['base64', 'base64url'] as const).flatMap((encoding) =>
      [0, 1, 2].map((offset) => {
        const whole = Buffer.concat([Buffer.alloc(offset), utf8]);
        // Only the letters that hold nothing of what stands before or after.
        const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6)];
        return { how: `${encoding} from ${offset}`, letters: whole.toString(encoding).slice(from, to), exact: true };
      }),
    ),
  ];
}

function contentOf(file: string): string {
  try {
    // One character for each byte.
    return readFileSync(file, 'latin1');
  } catch (error) {
    // It went meanwhile, as a server's temporary files do.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
