import { randomInt } from 'node:crypto';
import { ProcessError, shown } from '../../core/index.js';

/**
 * The id of a node, `name~incarnation`, for `createSystem({ node })`; it stands in every PID of the node (D1). A
 * process that is started again draws another incarnation, so that PIDs of before reach nobody (D2).
 *
 * @param name 1 to 40 of A–Z a–z 0–9 _ -
 * @param incarnation 1 to 8 of 0–9 a–z; default: eight, drawn at random. A test gives it, so that its PIDs are known.
 * @throws ProcessError `Invalid`.
 */
export function incarnate(name: string, incarnation: string = drawn()): string {
  if (!isNodeName(name)) {
    const rule = '1 to 40 of A-Z, a-z, 0-9, _ and - (D1)';
    throw new ProcessError('Invalid', `${shown(name)} is no name of a node: give ${rule}`);
  }
  if (!isIncarnation(incarnation)) {
    const rule = '1 to 8 of 0-9 and a-z (D1), or none, and it is drawn';
    throw new ProcessError('Invalid', `${shown(incarnation)} is no incarnation: give ${rule}`);
  }
  return nodeId({ name, incarnation });
}

/** The parts of a node's id. */
export interface NodeIdParts {
  readonly name: string;
  readonly incarnation: string;
}

/** Reads a node's id; `undefined` for a text that `incarnate` does not write. */
export function parseNodeId(id: unknown): NodeIdParts | undefined {
  if (typeof id !== 'string') return undefined;
  const [name, incarnation, ...more] = id.split('~', 3);
  if (!isNodeName(name) || !isIncarnation(incarnation) || more.length > 0) return undefined;
  return { name, incarnation };
}

/** Writes the id of parts that have been checked. */
export function nodeId({ name, incarnation }: NodeIdParts): string {
  return `${name}~${incarnation}`;
}

/** Whether a value is a node's name, or a cluster's, which has the same alphabet (D1, D18). */
export function isNodeName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(value);
}

export function isIncarnation(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-z]{1,8}$/.test(value);
}

/** 32 bits by chance, never 0: they tell two sessions, or two nodes of one id, from each other (D4, D10). */
export const drawTag = (): number => randomInt(1, 2 ** 32);

function drawn(): string {
  return randomInt(36 ** 8)
    .toString(36)
    .padStart(8, '0');
}
