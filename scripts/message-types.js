// Writes the types of the member-facing sentences: each key of content/en/messages.json with the arguments that its
// sentence takes. So a missing key or argument does not compile.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';

const messages = JSON.parse(readFileSync('content/en/messages.json', 'utf8'));
const lines = Object.entries(messages).map(([key, message]) => {
  const args = new Map();
  collect(parse(message), args);
  const fields = [...args].map(([name, type]) => `${JSON.stringify(name)}: ${type}`);
  return `  ${JSON.stringify(key)}: ${fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`};`;
});

mkdirSync('src/core/language/words/generated', { recursive: true });
writeFileSync(
  'src/core/language/words/generated/message-args.ts',
  `// Made from content/en/messages.json by scripts/message-types.js.
import type { Inline } from '../../view.ts';

export interface MessageArgs {
${lines.join('\n')}
}
`,
);

function collect(elements, args) {
  for (const element of elements) {
    switch (element.type) {
      case TYPE.argument:
        if (!args.has(element.value)) args.set(element.value, 'Inline | string | number');
        break;
      case TYPE.number:
      case TYPE.plural:
        args.set(element.value, 'number');
        break;
      case TYPE.select:
        args.set(
          element.value,
          Object.keys(element.options)
            .filter((k) => k !== 'other')
            .map((k) => `'${k}'`)
            .concat('string & {}')
            .join(' | '),
        );
        break;
    }
    for (const option of Object.values(element.options ?? {})) collect(option.value, args);
    if (element.type === TYPE.tag) collect(element.children, args);
  }
}
