/**
 * What Discord answers when it refuses:
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly problems: readonly Problem[];

  constructor(status: number, code: number, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }

  /** As JSON: each problem beside the field that has it. */
  get body(): Readonly<Record<string, unknown>> {
    const errors: Nested = {};
    for (const { path, message } of this.problems) {
      let at = errors;
      for (const key of path) at = at[String(key)] ??= {};
      at['_errors'] = [
        ...((at['_errors'] as unknown as object[] | undefined) ?? []),
        { code: 'INVALID', message },
      ] as never;
    }
    return { message: this.message, code: this.code, ...(this.problems.length > 0 && { errors }) };
  }
}

interface Nested {
  [key: string]: Nested;
}

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function invalidForm(problems: readonly Problem[]): Refusal {
  return new Refusal(400, 50035, 'Invalid Form Body', problems);
}

export function problem(path: readonly PropertyKey[], message: string): Problem {
  return { path, message };
}

export const refusals = {
  unauthorized: () => new Refusal(401, 0, '401: Unauthorized'),
  notFound: () => new Refusal(404, 0, '404: Not Found'),
  unknownChannel: () => new Refusal(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new Refusal(404, 10004, 'Unknown Guild'),
  unknownMember: () => new Refusal(404, 10007, 'Unknown Member'),
  unknownMessage: () => new Refusal(404, 10008, 'Unknown Message'),
  unknownUser: () => new Refusal(404, 10013, 'Unknown User'),
  unknownWebhook: () => new Refusal(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new Refusal(404, 10062, 'Unknown interaction'),
  alreadyAcknowledged: () => new Refusal(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new Refusal(403, 50001, 'Missing Access'),
  notYours: () => new Refusal(403, 50005, 'Cannot edit a message authored by another user'),
  empty: () => new Refusal(400, 50006, 'Cannot send an empty message'),
  closedDms: () => new Refusal(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: () => new Refusal(403, 50013, 'Missing Permissions'),
  expiredToken: () => new Refusal(401, 50027, 'Invalid Webhook Token'),
  notJson: () => new Refusal(400, 50109, 'The request body contains invalid JSON.'),
  threadExists: () => new Refusal(400, 160004, 'A thread has already been created for this message'),
} as const;

/** The refusals that say that the payload itself was wrong: the sender's fault, always. */
export function isViolation({ code }: Refusal): boolean {
  return code === 50035 || code === 50006 || code === 50109;
}
