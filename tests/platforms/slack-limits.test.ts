import { describe, expect, it } from 'vitest';
import { buttonsOfBlocks, selectsOfBlocks, wordsOfBlocks } from './slack/payloads/blocks.ts';
import { problemsOfMessage } from './slack/payloads/message.ts';
import { problemsOfView } from './slack/payloads/view.ts';

const many = <T>(count: number, each: (index: number) => T) => Array.from({ length: count }, (_, index) => each(index));
const long = (length: number) => 'x'.repeat(length);
const address = (length: number) => 'https://example.org/'.padEnd(length, 'x');

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (about: object = {}) => ({ type: 'section', text: mrkdwn('A'), ...about });
const header = (text: string) => ({ type: 'header', text: plain(text) });
const context = (...elements: readonly object[]) => ({ type: 'context', elements });
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const image = (about: object = {}) => ({ type: 'image', image_url: address(30), alt_text: 'A', ...about });
const button = (about: object = {}) => ({ type: 'button', text: plain('A'), ...about });
const option = (about: object = {}) => ({ text: plain('A'), value: 'a', ...about });
const options = (count: number) => many(count, (i) => option({ value: `${i}` }));
const select = (about: object = {}) => ({ type: 'static_select', options: [option()], ...about });
const multiSelect = (about: object = {}) => ({ ...select(), type: 'multi_static_select', ...about });
const textInput = (about: object = {}) => ({ type: 'plain_text_input', ...about });
const numberInput = (about: object = {}) => ({ type: 'number_input', is_decimal_allowed: false, ...about });
const input = (element: object = textInput(), about: object = {}) => ({
  type: 'input',
  label: plain('A'),
  element,
  ...about,
});

const message = (...blocks: readonly object[]) => ({ channel: 'C1', text: 'A', blocks });
const modal = (about: object = {}) => ({ type: 'modal', title: plain('A'), blocks: [section()], ...about });
const form = (...blocks: readonly object[]) => modal({ submit: plain('A'), blocks });
const home = (about: object = {}) => ({ type: 'home', blocks: [section()], ...about });

type Case = readonly [name: string, atTheLimit: unknown, beyond: unknown];

/** A table's limits, each as a size: what is of that size is taken, what is one larger is not. */
const upTo = (name: string, limit: number, of: (size: number) => unknown): Case => [
  `${name}: at most ${limit}`,
  of(limit),
  of(limit + 1),
];
/** The same with what is one too small. */
const atLeastOne = (name: string, of: (size: number) => unknown): Case => [`${name}: at least one`, of(1), of(0)];

const messageCases: readonly Case[] = [
  // https://docs.slack.dev/reference/methods/chat.postMessage
  upTo('text', 40_000, (size) => ({ channel: 'C1', text: long(size) })),
  ['something to say', { channel: 'C1', text: 'A' }, { channel: 'C1', text: ' ' }],
  ['nothing but a deletion', { delete_original: true }, { replace_original: true }],
  ['blocks have a text beside them', message(section()), { channel: 'C1', blocks: [section()] }],
  ['no unknown field', { text: 'A', unfurl_links: false }, { text: 'A', attachments: [{ text: 'B' }] }],
  ['a ts', { text: 'A', ts: '1700000000.000100' }, { text: 'A', ts: '1700000000' }],
  ['link_names is off', { text: 'A', link_names: false }, { text: 'A', link_names: true }],
  ['parse is none', { text: 'A', parse: 'none' }, { text: 'A', parse: 'full' }],
  ['a response type', { text: 'A', response_type: 'ephemeral' }, { text: 'A', response_type: 'private' }],
  [
    'metadata',
    { text: 'A', metadata: { event_type: 'a', event_payload: {} } },
    { text: 'A', metadata: { event_type: 'a' } },
  ],
  // https://docs.slack.dev/reference/block-kit/blocks
  upTo('blocks', 50, (size) => message(...many(size, () => section()))),
  upTo('block_id', 255, (size) => message(section({ block_id: long(size) }))),
  [
    'block_id is unique',
    message(section({ block_id: 'a' }), section({ block_id: 'b' })),
    message(section({ block_id: 'a' }), section({ block_id: 'a' })),
  ],
  ['a block of a known type', message({ type: 'divider' }), message({ type: 'video' })],
  ['a block without unknown fields', message(section()), message(section({ indent: 1 }))],
  // https://docs.slack.dev/reference/block-kit/blocks/section-block
  upTo('section text', 3000, (size) => message(section({ text: mrkdwn(long(size)) }))),
  atLeastOne('section text', (size) => message(section({ text: mrkdwn(long(size)) }))),
  upTo('section fields', 10, (size) => message(section({ fields: many(size, () => plain('A')) }))),
  atLeastOne('section fields', (size) => message(section({ fields: many(size, () => plain('A')) }))),
  upTo('section field', 2000, (size) => message(section({ fields: [plain(long(size))] }))),
  [
    'section text or fields',
    message(section({ text: undefined, fields: [plain('A')] })),
    message(section({ text: undefined })),
  ],
  [
    'an accessory that may be one',
    message(section({ accessory: multiSelect() })),
    message(section({ accessory: textInput() })),
  ],
  // https://docs.slack.dev/reference/block-kit/blocks/header-block
  upTo('header', 150, (size) => message(header(long(size)))),
  atLeastOne('header', (size) => message(header(long(size)))),
  ['header is plain', message(header('A')), message({ type: 'header', text: mrkdwn('A') })],
  // https://docs.slack.dev/reference/block-kit/blocks/context-block
  upTo('context', 10, (size) => message(context(...many(size, () => mrkdwn('A'))))),
  atLeastOne('context', (size) => message(context(...many(size, () => image())))),
  // https://docs.slack.dev/reference/block-kit/composition-objects/text-object
  upTo('a text object', 3000, (size) => message(context(plain(long(size))))),
  // https://docs.slack.dev/reference/block-kit/blocks/actions-block
  upTo('actions', 25, (size) => message(actions(...many(size, () => button())))),
  atLeastOne('actions', (size) => message(actions(...many(size, () => button())))),
  ['an action that may be one', message(actions(select())), message(actions(multiSelect()))],
  [
    'action_id is unique in a block',
    message(actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))),
    message(actions(button({ action_id: 'a' }), button({ action_id: 'a' }))),
  ],
  // https://docs.slack.dev/reference/block-kit/blocks/image-block
  upTo('image alt_text', 2000, (size) => message(image({ alt_text: long(size) }))),
  atLeastOne('image alt_text', (size) => message(image({ alt_text: long(size) }))),
  upTo('image title', 2000, (size) => message(image({ title: plain(long(size)) }))),
  upTo('image_url', 3000, (size) => message(image({ image_url: address(size) }))),
  [
    'one source of an image',
    message(image({ image_url: undefined, slack_file: { id: 'F1' } })),
    message(image({ slack_file: { id: 'F1' } })),
  ],
  ['alt_text is there', message(image()), message(image({ alt_text: undefined }))],
  // https://docs.slack.dev/reference/block-kit/block-elements/button-element
  upTo('button text', 75, (size) => message(actions(button({ text: plain(long(size)) })))),
  atLeastOne('button text', (size) => message(actions(button({ text: plain(long(size)) })))),
  upTo('button value', 2000, (size) => message(actions(button({ value: long(size) })))),
  upTo('button url', 3000, (size) => message(actions(button({ url: address(size) })))),
  upTo('button accessibility_label', 75, (size) => message(actions(button({ accessibility_label: long(size) })))),
  upTo('action_id', 255, (size) => message(actions(button({ action_id: long(size) })))),
  [
    'a url of the web',
    message(actions(button({ url: 'http://a.org' }))),
    message(actions(button({ url: 'ftp://a.org' }))),
  ],
  ['button style', message(actions(button({ style: 'danger' }))), message(actions(button({ style: 'default' })))],
  // https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
  upTo('options', 100, (size) => message(actions(select({ options: options(size) })))),
  atLeastOne('options', (size) => message(actions(select({ options: options(size) })))),
  upTo('placeholder', 150, (size) => message(actions(select({ placeholder: plain(long(size)) })))),
  [
    'initial_option is one of them',
    message(actions(select({ initial_option: option() }))),
    message(actions(select({ initial_option: option({ text: plain('B') }) }))),
  ],
  [
    'option values are unique',
    message(actions(select({ options: [option(), option({ value: 'b' })] }))),
    message(actions(select({ options: [option(), option({ text: plain('B') })] }))),
  ],
  // https://docs.slack.dev/reference/block-kit/composition-objects/option-object
  upTo('option text', 75, (size) => message(actions(select({ options: [option({ text: plain(long(size)) })] })))),
  upTo('option value', 150, (size) => message(actions(select({ options: [option({ value: long(size) })] })))),
  atLeastOne('option value', (size) => message(actions(select({ options: [option({ value: long(size) })] })))),
  upTo('option description', 75, (size) =>
    message(actions(select({ options: [option({ description: plain(long(size)) })] }))),
  ),
  [
    'mrkdwn in radio buttons, not in a select',
    message(actions(select({ type: 'radio_buttons', options: [option({ text: mrkdwn('A') })] }))),
    message(actions(select({ options: [option({ text: mrkdwn('A') })] }))),
  ],
  // https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element
  [
    'no more initial_options than max_selected_items',
    message(
      section({ accessory: multiSelect({ options: options(3), initial_options: options(2), max_selected_items: 2 }) }),
    ),
    message(
      section({ accessory: multiSelect({ options: options(3), initial_options: options(3), max_selected_items: 2 }) }),
    ),
  ],
  atLeastOne('max_selected_items', (size) =>
    message(section({ accessory: multiSelect({ max_selected_items: size }) })),
  ),
];

const viewCases: readonly Case[] = [
  // https://docs.slack.dev/reference/views/modal-views
  upTo('modal blocks', 100, (size) => modal({ blocks: many(size, () => section()) })),
  atLeastOne('modal blocks', (size) => modal({ blocks: many(size, () => section()) })),
  upTo('title', 24, (size) => modal({ title: plain(long(size)) })),
  upTo('submit', 24, (size) => modal({ submit: plain(long(size)) })),
  upTo('close', 24, (size) => modal({ close: plain(long(size)) })),
  upTo('callback_id', 255, (size) => modal({ callback_id: long(size) })),
  upTo('private_metadata', 3000, (size) => modal({ private_metadata: long(size) })),
  upTo('external_id', 255, (size) => modal({ external_id: long(size) })),
  ['a modal has a title', modal({ notify_on_close: true, clear_on_close: true }), modal({ title: undefined })],
  ['input needs a submit', form(input()), modal({ blocks: [input()] })],
  [
    'block_id is unique',
    modal({ blocks: [section({ block_id: 'a' })] }),
    form(...many(2, () => ({ ...section(), block_id: 'a' }))),
  ],
  [
    'one focus',
    form(input(textInput({ focus_on_load: true })), input()),
    form(...many(2, () => input(textInput({ focus_on_load: true })))),
  ],
  // https://docs.slack.dev/reference/views/home-tab-views
  upTo('home blocks', 100, (size) => home({ blocks: many(size, () => section()) })),
  upTo('home private_metadata', 3000, (size) => home({ private_metadata: long(size) })),
  ['home has no title', home(), home({ title: plain('A') })],
  ['home has no submit', home({ callback_id: 'a' }), home({ submit: plain('A') })],
  ['a view of a known type', home(), home({ type: 'workflow_step' })],
  // https://docs.slack.dev/reference/block-kit/blocks/input-block
  upTo('input label', 2000, (size) => form(input(textInput(), { label: plain(long(size)) }))),
  atLeastOne('input label', (size) => form(input(textInput(), { label: plain(long(size)) }))),
  upTo('input hint', 2000, (size) => form(input(textInput(), { hint: plain(long(size)) }))),
  ['an input element that may be one', form(input(multiSelect())), form(input(button()))],
  // https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
  upTo('max_length', 3000, (size) => form(input(textInput({ max_length: size })))),
  atLeastOne('max_length', (size) => form(input(textInput({ max_length: size })))),
  upTo('initial_value', 3000, (size) => form(input(textInput({ initial_value: long(size) })))),
  upTo('initial_value beside max_length', 5, (size) =>
    form(input(textInput({ initial_value: long(size), max_length: 5 }))),
  ),
  upTo('min_length beside max_length', 5, (size) => form(input(textInput({ min_length: size, max_length: 5 })))),
  upTo('input placeholder', 150, (size) => form(input(textInput({ multiline: true, placeholder: plain(long(size)) })))),
  // https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
  upTo('radio buttons', 10, (size) => form(input(select({ type: 'radio_buttons', options: options(size) })))),
  // https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
  upTo('checkboxes', 10, (size) => form(input(select({ type: 'checkboxes', options: options(size) })))),
  [
    'initial_options of checkboxes',
    form(input(select({ type: 'checkboxes', initial_options: [option()] }))),
    form(input(select({ type: 'checkboxes', initial_options: [option(), option()] }))),
  ],
  // https://docs.slack.dev/reference/block-kit/block-elements/number-input-element
  [
    'a number in its range',
    form(input(numberInput({ min_value: '1', initial_value: '10', max_value: '10' }))),
    form(input(numberInput({ min_value: '1', initial_value: '11', max_value: '10' }))),
  ],
  [
    'a decimal',
    form(input(numberInput({ initial_value: '1.5', is_decimal_allowed: true }))),
    form(input(numberInput({ initial_value: '1.5' }))),
  ],
  ['numbers as text', form(input(numberInput({ min_value: '1' }))), form(input(numberInput({ min_value: 1 })))],
];

/** https://docs.slack.dev/messaging/formatting-message-text */
const goodTexts: readonly string[] = [
  'a &amp; b, 1 &lt; 2, &gt; quoted',
  '<https://example.org/?a=1&amp;b=2|a label>',
  '<http://example.org|a> and <https://example.org|b>',
  '<!date^1700000000^{date_num} {date} {date_short} {date_long}|fallback>',
  '<!date^1700000000^{date_pretty} {date_short_pretty} {date_long_pretty}|fallback>',
  '<!date^1700000000^at {time}, {time_secs}, {ago}^https://example.org|fallback>',
  '<@U012AB3CD> and <@W012AB3CD>',
  '@channel',
];
const badTexts: readonly string[] = [
  'a & b',
  '&quot;',
  'AT&T;',
  '1 < 2',
  '2 > 1',
  '> quoted',
  '<>',
  '<https://example.org/?a=1&b=2|a label>',
  '<https://example.org>',
  '<https://example.org|>',
  '<https://example.org|a|b>',
  '<https://example.org|a\nb>',
  '<https://example.org|a>b>',
  '<https://example.org/a b|c>',
  '<javascript:alert(1)|a>',
  '<mailto:a@example.org|a>',
  '<!date^1700000000^{date}>',
  '<!date^1700000000^{date}|>',
  '<!date^1700000000^{year}|fallback>',
  '<!date^1700000000^soon|fallback>',
  '<!date^1700000000000^{date}|fallback>',
  '<!date^today^{date}|fallback>',
  '<!date^1700000000^{date}^ftp://example.org|fallback>',
  '<!channel>',
  '<!here>',
  '<!here|here>',
  '<!everyone>',
  '<!subteam^S012AB3CD>',
  '<#C012AB3CD>',
  '<@here>',
];

const readings: readonly (readonly [name: string, of: (text: string) => string[]])[] = [
  ['the text of a message', (text) => problemsOfMessage({ channel: 'C1', text })],
  ['a section', (text) => problemsOfMessage(message(section({ text: mrkdwn(text) })))],
  ['a field', (text) => problemsOfMessage(message(section({ fields: [mrkdwn(text)] })))],
  ['a context', (text) => problemsOfView(home({ blocks: [context(mrkdwn(text))] }))],
];

describe('a message is held to the limits:', () => {
  it.each(messageCases)('%s', (_, atTheLimit, beyond) => {
    expect(problemsOfMessage(atTheLimit)).toEqual([]);
    expect(problemsOfMessage(beyond)).toEqual([expect.stringMatching(/\S/)]);
  });

  it('a problem stands beside its field', () => {
    const [problem] = problemsOfMessage(message(section(), actions(button({ text: plain(long(76)) }))));
    expect(problem).toMatch(/^blocks\.1\.elements\.0\.text\.text: /);
  });

  it.each([null, undefined, 'text', []])('%j is no message', (body) => {
    expect(problemsOfMessage(body)).not.toEqual([]);
    expect(problemsOfView(body)).not.toEqual([]);
  });
});

describe('a view is held to the limits:', () => {
  it.each(viewCases)('%s', (_, atTheLimit, beyond) => {
    expect(problemsOfView(atTheLimit)).toEqual([]);
    expect(problemsOfView(beyond)).toEqual([expect.stringMatching(/\S/)]);
  });
});

describe.each(readings)('mrkdwn in %s:', (_, problemsOf) => {
  it.each(goodTexts)('%j may be sent', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each(badTexts)('%j may not', (text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });
});

it('plain text is not read as mrkdwn', () => {
  expect(problemsOfMessage(message(section({ text: plain('a & b <!channel>') })))).toEqual([]);
});

describe('what is in blocks:', () => {
  const pick = select({
    action_id: 'pick',
    placeholder: plain('Pick'),
    options: [option({ text: plain('One'), value: '1', description: plain('First') })],
  });
  const blocks = [
    header('Header'),
    section({
      text: mrkdwn('Text &amp; more'),
      fields: [plain('Field 1'), mrkdwn('Field 2')],
      accessory: button({ text: plain('Accessory') }),
    }),
    context(mrkdwn('Context'), image({ alt_text: 'Small' })),
    { type: 'divider' },
    {
      ...actions(button({ text: plain('Go'), action_id: 'go', value: 'v', url: 'https://example.org' }), pick),
      block_id: 'b',
    },
    image({ alt_text: 'Large', title: plain('Title') }),
    input(textInput({ initial_value: 'Initial', placeholder: plain('Type') }), { hint: plain('Hint') }),
  ];

  it('the words, in order', () => {
    expect(problemsOfView(form(...blocks))).toEqual([]);
    expect(wordsOfBlocks(blocks)).toEqual([
      'Header',
      'Text &amp; more',
      'Field 1',
      'Field 2',
      'Accessory',
      'Context',
      'Small',
      'Go',
      'https://example.org',
      'Pick',
      'One',
      'First',
      'Large',
      'Title',
      'A',
      'Hint',
      'Type',
      'Initial',
    ]);
  });

  it('the buttons', () => {
    expect(buttonsOfBlocks(blocks)).toEqual([
      { label: 'Accessory', value: null, actionId: null, blockId: null, url: null },
      { label: 'Go', value: 'v', actionId: 'go', blockId: 'b', url: 'https://example.org' },
    ]);
  });

  it('the selects', () => {
    expect(selectsOfBlocks(blocks)).toEqual([
      { placeholder: 'Pick', actionId: 'pick', blockId: 'b', options: [{ label: 'One', value: '1' }] },
    ]);
  });

  it.each([undefined, null, 'x', [null, 1, {}, { elements: [null], text: 1 }]])('nothing in %j', (nothing) => {
    expect(wordsOfBlocks(nothing)).toEqual([]);
    expect(buttonsOfBlocks(nothing)).toEqual([]);
    expect(selectsOfBlocks(nothing)).toEqual([]);
  });
});
