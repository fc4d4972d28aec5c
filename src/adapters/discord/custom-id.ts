/**
 * Discord wants each custom_id once in a message, each value once in a menu, each file's name once; a view may show one
 * button twice. The second is "2|token". No token begins with a digit: routes and forms have names.
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

/** The token of a button or of what was picked in a menu. */
export function tokenOf(customId: string): string {
  return customId.replace(/^\d+\|/, '');
}

/** A form's page and token, as a modal brings them back. */
export function modalId(step: number, token: string): string {
  return `${step}|${token}`;
}

export function readModalId(customId: string): { readonly step: number; readonly token: string } {
  const [, step = '', token = customId] = /^(\d{1,2})\|(.*)$/s.exec(customId) ?? [];
  return { step: Number(step), token };
}
