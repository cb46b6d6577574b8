import { refusals } from '../../upgrade/index.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { Answer } from './knock.js';
import type { Announced } from './seen.js';

/**
 * Whether a message that is too long is refused by 1009, and where: what a server says that it takes (CP20) has to come
 * through what stands before it.
 *
 * @param limit bytes, as the server says; `undefined`: it does not
 */
export function payload(limit: number | undefined, announced: readonly Announced[]): Finding {
  const least = announced.find(({ end }) => end !== undefined);
  if (least?.end === undefined) {
    return fail(
      `a message of ${bytes(announced.at(-1)?.size ?? 0)} is waited for, which may fill the memory`,
      'Express: websocketRelay(system, { maxPayload: 1_048_576 })',
    );
  }
  const { size, end } = least;
  if (limit !== undefined && size <= limit) {
    return fail(
      `${end.code} for a message of ${bytes(size)}, which the server takes: something before it takes less`,
      `Express: websocketRoutes(manager, { maxPayload }), below the limit of what stands before the server`,
    );
  }
  if (end.code !== 1009) {
    return fail(
      `${end.code} in place of 1009 for a message of ${bytes(size)}: clients do not learn that it was too long`,
      'nginx: passes 1009 on; what else stands between cuts, and needs a limit above that of the server (maxPayload)',
    );
  }
  if (limit !== undefined) return ok(`1009 above ${bytes(limit)}, by the server itself`);
  const [first] = announced;
  const below = first === least ? '' : `, and ${bytes((first as Announced).size)} are taken`;
  return ok(`1009 for ${bytes(size)}${below}`);
}

/**
 * Whether a plain request was answered as a relay of this library answers it (H2 row 5). Others are not tried: a server
 * that uses `ws` and hears no `error` of its sockets ends by the first message that is too long.
 */
export const isRelay = ({ status, body }: Answer): boolean =>
  status === refusals.noUpgrade.status && body === refusals.noUpgrade.text;

/** What is found of others. */
export const untried: Finding = warn(
  'not tried: what answers is no relay of rx-process, and some servers crash at a message that is too long',
  "ws: new WebSocketServer({ maxPayload: 1_048_576 }), and socket.on('error', …) for each",
);

const bytes = (size: number): string => `${size.toLocaleString('en-US')} bytes`;

/** What is announced, one after the other, until something is refused: at the limit nothing may be, above it all. */
export const sizesOf = (limit: number | undefined): readonly number[] =>
  limit === undefined ? [MOST + 1, 128 * MOST + 1] : [limit, limit + 1];

/** The default of `maxPayload`. */
const MOST = 1_048_576;
