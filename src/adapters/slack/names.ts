import type { MessageRef } from '../../core/platform/platform.ts';

// Slack's IDs belong to a workspace, so the core gets both as one: "T…/U…".

/** A person, a channel or a user group in a workspace. */
export interface Named {
  readonly team: string;
  readonly id: string;
}

export function nameOf(team: string, id: string): string {
  return `${team}/${id}`;
}

export function readName(name: string): Named {
  const [team = '', id = ''] = name.split('/');
  return { team, id };
}

/** "T…/C…/ts", or "T…/C…/ts,ts" for several parts. A file is a part too, with its own ID. */
export function messageRef({ team, id }: Named, parts: readonly string[]): MessageRef {
  return `${team}/${id}/${parts.join(',')}` as MessageRef;
}

export function readRef(ref: MessageRef): { readonly where: Named; readonly parts: readonly string[] } {
  const [team = '', id = '', parts = ''] = ref.split('/');
  return { where: { team, id }, parts: parts.split(',') };
}

/** Is this part a file? A message has a timestamp instead. */
export function isFile(part: string): boolean {
  return part.startsWith('F');
}
