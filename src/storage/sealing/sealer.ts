/** The table cell of a sealed value. The value cannot be decrypted in another cell. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Encrypts and decrypts the data of one owner: a member or a community. */
export interface Sealer {
  seal(cell: Cell, text: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') if the value was changed, or belongs to another cell or owner */
  open(cell: Cell, sealed: Uint8Array): string;
}

/** Holds the keys outside the database, so that the database alone reveals nothing. */
export interface Keyring {
  /**
   * Returns a keyed hash of an identifier that is only looked up: the same for the same parts, and not reversible. 43
   * characters.
   */
  lookup(kind: string, ...parts: readonly string[]): string;
  /** Returns a new owner's key in its stored form, encrypted with the master key. */
  newKey(owner: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') if it is not this owner's key */
  sealer(owner: string, wrappedKey: Uint8Array): Sealer;
}
