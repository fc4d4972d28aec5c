/** The allowed fields of a log line: identifiers, our own names, counts. Never what a member said. */
export interface LogFields {
  readonly platform?: string;
  readonly requestId?: string;
  readonly command?: string;
  readonly route?: string;
  readonly form?: string;
  readonly reason?: string;
  readonly signal?: string;
  readonly feed?: string;
  readonly delivery?: string;
  readonly job?: string;
  readonly migration?: string;
  readonly path?: string;
  readonly port?: number;
  readonly count?: number;
  readonly ms?: number;
  readonly version?: string;
  readonly zones?: string;
  /** Only its class, code and stack frames are written, because a message may quote a member. */
  readonly error?: unknown;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
