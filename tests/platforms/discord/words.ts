import type { Message } from './messages.ts';
import { type AnyComponent, type Button, everyComponent, type Select } from './payloads/components.ts';
import { fieldsIn, type Modal, type ModalField } from './payloads/modal.ts';

/** Every word of a message that a person can read, a line for each part of it. */
export function wordsOf({ content, embeds, components, attachments }: Message): string {
  const lines = [
    content,
    ...embeds.flatMap(({ author, title, description, fields, footer }) => [
      author?.name,
      title,
      description,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
      footer?.text,
    ]),
    ...everyComponent(components).flatMap(wordsOfComponent),
    ...attachments.flatMap(({ filename, description }) => [filename, description]),
  ];
  return readable(lines);
}

export function wordsOfModal({ title, components }: Modal): string {
  const lines = components.flatMap((each) => {
    if (each.type === 10) return [each.content];
    const own = each.type === 18 ? [each.label, each.description] : [];
    return [...own, ...fieldsIn(each).flatMap(wordsOfField)];
  });
  return readable([title, ...lines]);
}

export function buttonsOf({ components }: Message): readonly Button[] {
  return everyComponent(components).filter((each): each is Button => each.type === 2);
}

export function selectsOf({ components }: Message): readonly Select[] {
  return everyComponent(components).filter((each): each is Select => each.type === 3);
}

type Line = string | null | undefined;

function wordsOfComponent(each: AnyComponent): readonly Line[] {
  if (each.type === 10) return [each.content];
  if (each.type === 2) return [each.label];
  if (each.type === 3) return wordsOfSelect(each);
  if (each.type === 11) return [each.description];
  return each.type === 12 ? each.items.map(({ description }) => description) : [];
}

function wordsOfField(field: ModalField): readonly Line[] {
  return field.type === 3 ? wordsOfSelect(field) : [field.label, field.placeholder, field.value];
}

function wordsOfSelect({ placeholder, options }: Select): readonly Line[] {
  return [placeholder, ...options.flatMap(({ label, description }) => [label, description])];
}

function readable(lines: readonly Line[]): string {
  return lines.filter(Boolean).join('\n');
}
