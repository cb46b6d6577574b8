/** What a handler has attached to a connection: plain data, deeply frozen, the same in all messages (M9). */
export type Metadata = Readonly<Record<string, unknown>>;

/** Metadata as it may be given: an object with fields, also one whose type is an interface, and no list. */
export type GivenMetadata = Metadata | (object & { readonly [Symbol.iterator]?: never });
