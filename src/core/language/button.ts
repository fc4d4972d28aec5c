import { z } from 'zod';
import { writeToken } from './token.ts';
import type { ActionButton } from './view.ts';

/** The types of a button's arguments: text in its token, parsed when it is pressed. */
export type ArgTypes = readonly z.ZodType<unknown, string>[];
export type ArgsOf<A extends ArgTypes> = { readonly [I in keyof A]: z.output<A[I]> };
export type Writable<A extends ArgTypes> = { readonly [I in keyof A]: Written<z.output<A[I]>> };
type Written<T> = T extends string | number | null ? T : string;

/**
 * A kind of button: its route and argument types, without its handler. A room defines its own in `buttons.ts`, which
 * imports nothing above it, so that any room can show them.
 */
export interface ButtonKind<A extends ArgTypes> {
  readonly route: string;
  labelled(label: string, ...args: Writable<A>): ActionButton;
  /** Returns null for invalid arguments, because a token comes from outside and may be forged. */
  read(raw: readonly string[]): ArgsOf<A> | null;
}

/** @param route unique and short, because a token has only 64 bytes */
export function button<const A extends ArgTypes>(route: string, args: A): ButtonKind<A> {
  const types = tupleOf(args);
  return {
    route,
    labelled: (label, ...given) => ({ kind: 'action', label, token: tokenOf(route, given) }),
    read: (raw) => types.safeParse(raw).data ?? null,
  };
}

/** Returns the token of a route with these arguments. null is written as "". */
export function tokenOf(route: string, args: readonly (string | number | null)[]): string {
  return writeToken(
    route,
    args.map((arg) => arg ?? ''),
  );
}

/** Parses exactly as many arguments as there are types. */
export function tupleOf<A extends ArgTypes>(types: A): z.ZodType<ArgsOf<A>> {
  return z.tuple(types as unknown as [z.ZodType, ...z.ZodType[]]) as unknown as z.ZodType<ArgsOf<A>>;
}

export function wholeArg(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** An optional argument: "" is parsed as null. */
export function maybeArg<T>(type: z.ZodType<T, string>) {
  return z.union([z.literal('').transform(() => null), type]);
}
