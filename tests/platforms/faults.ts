/** What is to go wrong with the next requests, in order. */
export class Faults<Fault> {
  readonly #planned: { readonly on: string; readonly fault: Fault; left: number }[] = [];

  /** `on`: a method of the platform's, or "*" for any. */
  plan(on: string, fault: Fault, times: number): void {
    this.#planned.push({ on, fault, left: times });
  }

  next(method: string): Fault | null {
    const found = this.#planned.find(({ on, left }) => left > 0 && (on === method || on === '*'));
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault;
  }
}
