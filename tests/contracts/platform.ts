import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { Block, Inline, Text, View } from '../../src/core/language/view.ts';
import type { Delivery, MessageRef, Platform } from '../../src/core/platform/platform.ts';

/** A platform under test, with someone on it: how words get in, and what was shown. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  /** Asks as a member in a private chat, and gives what they are shown: every payload of the answer, as text. */
  ask(line: string): Promise<string>;
  /** Presses the button with this label in the last answer. */
  press(label: string): Promise<string>;
  /** Asks in a community's channel; gives what others there could see of it. */
  askInChannel(line: string): Promise<{ readonly shown: string; readonly publicly: string }>;
  /** What the last delivery showed. */
  deliveredText(): string;
  close(): Promise<void>;
}

const plain = (text: string): Text => [{ kind: 'plain', text }];

/** Every kind of inline there is, and below every kind of block. A new kind that is missing here does not compile. */
const everyInline: { readonly [K in Inline['kind']]: Extract<Inline, { kind: K }> } = {
  plain: { kind: 'plain', text: 'plain & <words>' },
  bold: { kind: 'bold', text: 'bold *words*' },
  italic: { kind: 'italic', text: 'italic _words_' },
  link: { kind: 'link', text: 'a link', href: 'https://example.org/a?b=1' },
  // Compared as an instant by each platform's own tests: each writes it in its own way.
  time: { kind: 'time', at: '2026-03-01T12:00:00Z', zone: 'UTC', style: 'day-and-time', locale: 'en' },
  mention: { kind: 'mention', account: { platform: 'any', key: 'friend' }, name: 'a friend' },
};

const everyBlock: { readonly [K in Block['kind']]: Extract<Block, { kind: K }> } = {
  heading: { kind: 'heading', text: 'A heading & <its> *marks*' },
  text: { kind: 'text', content: Object.values(everyInline).flatMap((inline) => [inline, ...plain(' ')]) },
  small: { kind: 'small', content: plain('small words') },
  list: { kind: 'list', ordered: true, items: [plain('first item'), plain('second item')] },
  facts: { kind: 'facts', rows: [{ label: 'A label', value: plain('its value') }] },
  image: { kind: 'image', png: '', alt: 'what the picture shows' },
  file: { kind: 'file', name: 'export.json', mediaType: 'application/json', base64: '' },
  divider: { kind: 'divider' },
  actions: {
    kind: 'actions',
    buttons: [
      { kind: 'action', label: 'An action', token: 'sos' },
      { kind: 'link', label: 'A page', href: 'https://example.org/' },
    ],
  },
  choice: { kind: 'choice', label: 'A choice', options: [{ kind: 'action', label: 'One of them', token: 'meet' }] },
  scale: { kind: 'scale', label: 'A scale', steps: [{ kind: 'action', label: 'Mood 1 of 5', token: 'ci', value: 1 }] },
};

/** What every platform promises, whatever it is. A new platform calls this with one of its own. */
export function platformContract(name: string, open: () => Promise<PlatformUnderTest>): void {
  describe(`${name}: what every platform promises`, () => {
    let it_: PlatformUnderTest;
    beforeEach(async () => {
      it_ = await open();
    });
    afterEach(() => it_.close());

    it('shows every word of an answer, and its buttons work', async () => {
      const shown = await it_.ask('/checkin mood:4');
      expect(shown).toContain('1 check-in in a row');
      expect(shown).toContain('Get help now (private)');
      expect(await it_.press('Yes, keep it')).toContain('Kept, for you.');
    });

    it('answers words that are no command', async () => {
      expect(await it_.ask('it is bad tonight')).toContain('What would help?');
    });

    it('answers what does not fit with a sentence', async () => {
      expect(await it_.ask('/checkin mood:9')).toContain('Mood takes a whole number from 1 to 5');
    });

    it('shows nothing of a personal answer to others in a channel', async () => {
      const { publicly } = await it_.askInChannel('/checkin mood:1 note:"canary"');
      expect(publicly).not.toMatch(/canary|mood|checked in/i);
    });

    it('asks a form to its end', async () => {
      await it_.ask('/settings keep:yes');
      await it_.ask('/checkin');
      expect(await it_.press('Say more about today')).toContain('Mood');
    });

    it('is connected until it is stopped', async () => {
      await vi.waitFor(() => expect(it_.platform.connected()).toBe(true));
      await it_.platform.stop();
      expect(it_.platform.connected()).toBe(false);
    });

    it('has ended once it is stopped', async () => {
      await it_.platform.stop();
      await it_.platform.ended;
    });

    it.each(Object.keys(everyBlock) as Block['kind'][])('delivers a %s with every word of it', async (kind) => {
      const view: View = { blocks: [everyBlock[kind]] };
      const receipt = await it_.platform.deliver(
        { kind: 'post', id: `post ${kind}`, to: { kind: 'member', account: 'friend' }, view },
        AbortSignal.timeout(5_000),
      );
      expect(receipt).toMatchObject({ kind: 'sent' });
      const shown = it_.deliveredText();
      for (const word of wordsOf(view)) expect(shown).toContain(word);
    });

    it('edits, takes back, and opens a thread on what it sent', async () => {
      const view: View = { blocks: [everyBlock.heading] };
      const signal = AbortSignal.timeout(5_000);
      const to = { kind: 'channel', channel: 'general' } as const;
      const sent = await it_.platform.deliver({ kind: 'post', id: '1', to, view }, signal);
      const message = sent.kind === 'sent' ? sent.message : ('' as MessageRef);
      for (const delivery of [
        { kind: 'edit', id: '2', message, view },
        { kind: 'thread', id: '3', message, name: 'A thread' },
        { kind: 'remove', id: '4', message },
      ] as const) {
        expect((await it_.platform.deliver(delivery, signal)).kind).toBe('sent');
      }
    });
  });
}

/** The contract's own names of people and channels, as the platform's identifiers. */
export function named(delivery: Delivery, ids: Readonly<Record<string, string>>): Delivery {
  if (delivery.kind !== 'post') return delivery;
  const { to } = delivery;
  const id = (name: string) => ids[name] ?? name;
  return {
    ...delivery,
    to: to.kind === 'member' ? { ...to, account: id(to.account) } : { ...to, channel: id(to.channel) },
  };
}

/** The words of a view, for finding in a payload. */
function wordsOf(view: View): readonly string[] {
  const timeless = view.blocks.map((block) =>
    block.kind === 'text' ? { ...block, content: block.content.filter(({ kind }) => kind !== 'time') } : block,
  );
  return toPlainText({ blocks: timeless })
    .split(/\s+/)
    .map((word) => word.replace(/^[(-]+|[):,.]+$/g, ''))
    .filter((word) => /\p{L}/u.test(word));
}
