/** What a handler attached to a connection: plain data, frozen deep and shared between messages (M9). */
export type Metadata = Readonly<Record<string, unknown>>;
