/** The cell of a table that a sealed value is for. It opens in no other. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Seals and opens what is one owner's: a member's, or a community's. */
export interface Sealer {
  seal(cell: Cell, text: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') where the value was changed, or is another cell's or another owner's */
  open(cell: Cell, sealed: Uint8Array): string;
}

/** Keeps the database from telling anybody anything by itself: its keys are outside. */
export interface Keyring {
  /** What stands for an identifier that is only ever looked up: the same for the same parts, and no way back. 43 letters. */
  lookup(kind: string, ...parts: readonly string[]): string;
  /** A new key of an owner's own, as it is kept: wrapped by the master key. */
  newKey(owner: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') where it is not this owner's key */
  sealer(owner: string, wrappedKey: Uint8Array): Sealer;
}
