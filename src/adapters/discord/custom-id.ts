/**
 * Discord requires unique custom_ids in a message, unique values in a menu and unique file names, but a view may show
 * one button twice. The second becomes "2|token". No token begins with a digit, because routes and forms have names.
 */
export class CustomIds {
  readonly #taken = new Set<string>();

  unlike(wished: string, mark: '|' | '-' = '|'): string {
    let id = wished;
    for (let i = 2; this.#taken.has(id); i += 1) id = `${i}${mark}${wished}`;
    this.#taken.add(id);
    return id;
  }
}

/** The token of a button or of a picked menu option. */
export function tokenOf(customId: string): string {
  return customId.replace(/^\d+\|/, '');
}

/** The custom_id of a modal: the form's page and token, which Discord returns on submission. */
export function modalId(step: number, token: string): string {
  return `${step}|${token}`;
}

export function readModalId(customId: string): { readonly step: number; readonly token: string } {
  const [, step = '', token = customId] = /^(\d{1,2})\|(.*)$/s.exec(customId) ?? [];
  return { step: Number(step), token };
}
