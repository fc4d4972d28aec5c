import { readToken } from '../../src/core/language/token.ts';
import { buttonsOf, type View } from '../../src/core/language/view.ts';

/** The buttons that were shown and not pressed yet, by their tokens. */
export class ShownButtons {
  readonly #shown = new Set<string>();
  readonly #open: string[] = [];
  readonly #pressed = new Map<string, number>();
  readonly #ofEachKind: number;

  /** @param ofEachKind how many `next` gives: the second step of a strategy is like the first */
  constructor(ofEachKind: number) {
    this.#ofEachKind = ofEachKind;
  }

  note(view: View): void {
    for (const button of buttonsOf(view)) {
      if (button.kind !== 'action' || this.#shown.has(button.token)) continue;
      this.#shown.add(button.token);
      this.#open.push(button.token);
    }
  }

  next(): string | undefined {
    for (let token = this.#open.shift(); token !== undefined; token = this.#open.shift()) {
      const { route = '', args = [] } = readToken(token) ?? {};
      const kind = `${route} ${args.length}`;
      const pressed = this.#pressed.get(kind) ?? 0;
      this.#pressed.set(kind, pressed + 1);
      if (pressed < this.#ofEachKind) return token;
    }
    return undefined;
  }

  /** The last that was shown, of one kind. Those that stood beside it are other ways, and stay for later. */
  newest(route: string): string | undefined {
    const index = this.#open.findLastIndex((token) => readToken(token)?.route === route);
    return index < 0 ? undefined : this.#open.splice(index, 1)[0];
  }
}
