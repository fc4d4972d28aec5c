import type { Problem, Refusal } from './discord/refusal.ts';

/** What a client sent that it must not send. */
export class Violations {
  #found: string[] = [];

  add(where: string, rule: string): void {
    this.#found.push(`${where}: ${rule}`);
  }

  addRefusal(where: string, { message, problems }: Refusal): void {
    if (problems.length === 0) this.add(where, message);
    for (const each of problems) this.addProblem(where, each);
  }

  addProblem(where: string, { path, message }: Problem): void {
    this.add(where, path.length === 0 ? message : `${path.join('.')}: ${message}`);
  }

  /** Those so far, which then no longer count: for tests that mean to find them. */
  take(): readonly string[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  check(): void {
    const found = this.take();
    if (found.length > 0) throw new Error(`The platform was sent what it must not be sent:\n  ${found.join('\n  ')}`);
  }
}
