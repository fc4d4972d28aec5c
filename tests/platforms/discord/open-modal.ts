import { fieldsIn, type Modal, type ModalField } from './payloads/modal.ts';
import type { Seen } from './seen.ts';
import type { Json } from './wire.ts';
import { wordsOfModal } from './words.ts';

/** By label or custom_id. Of a select: the label of an option, or several. */
export type Filled = Readonly<Record<string, string | readonly string[]>>;

interface NamedField {
  readonly label: string;
  readonly field: ModalField;
}

/** A modal in front of someone. */
export class OpenModal {
  readonly title: string;
  readonly text: string;
  /** As it was sent. */
  readonly payload: Modal;
  readonly #send: (data: Json) => Promise<Seen>;

  constructor(modal: Modal, send: (data: Json) => Promise<Seen>) {
    this.payload = modal;
    this.title = modal.title;
    this.text = wordsOfModal(modal);
    this.#send = send;
  }

  /** Labels, in order. */
  get fields(): readonly string[] {
    return this.#named().map(({ label }) => label);
  }

  /** Sends it with these, and what was filled in before. `forged`: also what Discord's own client would not send. */
  async submit(filled: Filled = {}, { forged = false }: { readonly forged?: boolean } = {}): Promise<Seen> {
    const named = this.#named();
    for (const key of Object.keys(filled)) {
      if (!named.some(({ label, field }) => label === key || field.custom_id === key)) {
        throw new Error(`No field “${key}” among: ${this.fields.join(' | ')}`);
      }
    }
    const answers = new Map(named.map((each) => [each.field, answerOf(each, filled, forged)]));
    const { custom_id, components } = this.payload;
    const sent = components.map((each) => {
      const inside = fieldsIn(each).map((field) => answers.get(field));
      if (each.type === 10) return { type: 10 };
      return each.type === 1 ? { type: 1, components: inside } : { type: 18, component: inside[0] };
    });
    return this.#send({ custom_id, components: sent });
  }

  #named(): readonly NamedField[] {
    return this.payload.components.flatMap((each) =>
      fieldsIn(each).map((field) => ({
        field,
        label: (each.type === 18 ? each.label : field.type === 4 && field.label) || field.custom_id,
      })),
    );
  }
}

function answerOf({ label, field }: NamedField, filled: Filled, forged: boolean): Json {
  const given = filled[label] ?? filled[field.custom_id];
  const { type, custom_id } = field;
  if (field.type === 3) {
    const values =
      given === undefined
        ? field.options.filter((each) => each.default === true).map(({ value }) => value)
        : picked(field, given);
    const [least, most] = [field.required === false ? 0 : (field.min_values ?? 1), field.max_values ?? 1];
    if (!forged && (values.length < least || values.length > most))
      throw new Error(`“${label}” takes ${least} to ${most} values`);
    return { type, custom_id, values };
  }
  const value = given === undefined ? (field.value ?? '') : String(given);
  const least =
    field.required === false && value === '' ? 0 : Math.max(field.min_length ?? 0, field.required === false ? 0 : 1);
  const most = field.max_length ?? 4000;
  if (!forged && (value.length < least || value.length > most))
    throw new Error(`“${label}” takes ${least} to ${most} characters`);
  return { type, custom_id, value };
}

function picked({ options }: ModalField & { type: 3 }, given: string | readonly string[]): readonly string[] {
  return [given].flat().map((label) => {
    const option = options.find((each) => each.label === label || each.value === label);
    if (option === undefined) throw new Error(`No “${label}” among: ${options.map((each) => each.label).join(' | ')}`);
    return option.value;
  });
}
