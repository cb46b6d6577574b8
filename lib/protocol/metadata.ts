/** What a handler has attached to a connection: plain data, deeply frozen, the same in all messages (M9). */
export type Metadata = Readonly<Record<string, unknown>>;
