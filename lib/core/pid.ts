/**
 * The address of a process, as text: `{host|uniq}` or `{node@host|uniq}` (P1). A plain string on the
 * wire, in JSON and as a map key; equal texts are equal processes (P4). An address is no capability
 * and no secret, and never to be taken from client data (P5).
 */
export type Pid = string & { readonly [pid]?: true };

declare const pid: unique symbol;

/** The parts of a PID. */
export interface PidParts {
  readonly node?: string;
  readonly host: string;
  readonly uniq: string;
}

/** Writes the canonical text of a PID (P1); the inverse of `parsePid`. */
export function formatPid({ node, host, uniq }: PidParts): Pid {
  return node === undefined ? `{${host}|${uniq}}` : `{${node}@${host}|${uniq}}`;
}
