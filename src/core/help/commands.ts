import { checkInNow } from '../checkins/buttons.ts';
import type { Deps } from '../conversation/context.ts';
import { defineCommand } from '../conversation/define.ts';
import { cravingNow } from '../coping/buttons.ts';
import { actions, heading, list, text, type View, view } from '../language/view.ts';
import type { MessageKey, Words } from '../language/words/words.ts';
import { aMeeting } from '../meetings/buttons.ts';
import type { Person } from '../members/person.ts';
import { aPerson, getHelpNow } from '../safety/buttons.ts';
import { helpIn } from '../safety/commands.ts';

/** Shows first how to get help now. `all`: every command, this one included. */
export function helpCommand(all: () => readonly { name: string; summary: MessageKey; role: string }[]) {
  return defineCommand({
    name: 'help',
    summary: 'command.help',
    needsStorage: false,
    options: {},
    async run({ words, place }) {
      const shown = all().filter(({ role }) => role === 'anyone' || place.kind !== 'private');
      return view(
        text(words.text('help.first')),
        actions(getHelpNow(words)),
        heading(words.text('help.heading')),
        list(shown.map(({ name, summary }) => words.rich('help.command', { name, summary: words.text(summary) }))),
        text(words.text('help.private')),
        actions(cravingNow(words), aMeeting(words), checkInNow(words)),
      );
    },
  });
}

/** The answer to text that fits nothing, because the bot never answers with silence. */
export function menuView(words: Words): View {
  return view(
    text(words.text('menu.question')),
    actions(cravingNow(words), aPerson(words), aMeeting(words), checkInNow(words)),
  );
}

/** The answer while the database cannot be used: the reason, and who to call. */
export function helpOnlyView(words: Words, person: Person, deps: Pick<Deps, 'content'>): View {
  return view(text(words.text('help-only')), helpIn(person.country, deps, words).blocks);
}
