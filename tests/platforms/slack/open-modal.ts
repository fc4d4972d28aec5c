import type { Seen } from './seen.ts';
import type { Teller } from './teller.ts';
import type { Json, OpenView } from './world.ts';

interface Input {
  readonly block_id: string;
  readonly optional?: boolean;
  readonly label: { readonly text: string };
  readonly element: {
    readonly type: string;
    readonly action_id: string;
    readonly initial_value?: string;
    readonly initial_option?: Json;
    readonly initial_options?: readonly Json[];
    readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[];
  };
}

/** A modal in front of someone. */
export class OpenModal {
  readonly #teller: Teller;
  readonly #opened: OpenView;

  constructor(teller: Teller, opened: OpenView) {
    this.#teller = teller;
    this.#opened = opened;
  }

  get title(): string {
    return (this.#opened.view['title'] as { text: string }).text;
  }

  /** Everything that was sent, what is filled in before included. */
  get text(): string {
    return JSON.stringify(this.#opened.view);
  }

  /** Labels, in order. */
  get fields(): readonly string[] {
    return this.#inputs.map(({ label }) => label.text);
  }

  get #inputs(): readonly Input[] {
    return (this.#opened.view['blocks'] as readonly Json[]).filter(
      ({ type }) => type === 'input',
    ) as unknown as Input[];
  }

  /** Sends it with these, by label, and what was filled in before. Of a select: labels of its options. */
  async submit(filled: Readonly<Record<string, string | readonly string[]>> = {}): Promise<Seen> {
    for (const label of Object.keys(filled)) {
      if (!this.fields.includes(label)) throw new Error(`No field “${label}” among: ${this.fields.join(' | ')}`);
    }
    const values = Object.fromEntries(
      this.#inputs.map((input) => [input.block_id, { [input.element.action_id]: stateOf(input, filled) }]),
    );
    const labels = Object.fromEntries(this.#inputs.map(({ block_id: id, label }) => [id, label.text]));
    return this.#teller.submits(this.#opened, values, labels);
  }
}

function stateOf({ label, element }: Input, filled: Readonly<Record<string, string | readonly string[]>>): Json {
  const given = filled[label.text];
  const { type, options = [] } = element;
  const option = (name: string) => {
    const found = options.find(({ text }) => text.text === name);
    if (found === undefined) throw new Error(`${label.text} cannot be “${name}”`);
    return found;
  };
  if (type === 'static_select')
    return { type, selected_option: given === undefined ? (element.initial_option ?? null) : option(String(given)) };
  if (type === 'multi_static_select')
    return {
      type,
      selected_options: given === undefined ? (element.initial_options ?? []) : [given].flat().map(option),
    };
  return { type, value: given === undefined ? (element.initial_value ?? null) : String(given) };
}
