/** A position in the history of a channel as the id of a server-sent event, which its client says when it comes back (SE5). */
export const eventId = ({ epoch, offset }: Position): string => `${epoch}:${offset}`;

/** Reads it; `undefined` for what is no position, as another server may have said it. */
export function readEventId(id: string): Position | undefined {
  const [, epoch, offset] = /^([\w-]{1,64}):(\d{1,15})$/.exec(id) ?? [];
  return epoch === undefined ? undefined : { epoch, offset: Number(offset) };
}

/** As a client or the history has it. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}
