import { isExitReason, isPid } from '../../core/index.js';
import type { Entry } from './entry.js';
import { isData } from './isPlainData.js';

/** An entry as it stands in a frame: an array of its number and these fields. */
export interface Layout {
  readonly code: number;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
}

/** What a field of an entry may hold; a `?` is one that may be missing, and a missing one is `nil`. */
export type FieldType = keyof typeof CHECKS;

/** The number of `also`, which has only an address: the rest is that of the message before it (D21). */
export const ALSO = 2;

/**
 * The layout of each kind of entry (D20). A number and its fields are never changed within a major version; a field may be
 * added at the end, and is then missing in what an older node sends (D25).
 */
export const LAYOUTS: Readonly<Record<Entry['kind'], Layout>> = {
  send: layout(1, 'to address, topic topic, from pid?, payload data, context data'),
  call: layout(3, 'to address, topic topic, from pid?, ref count, payload data, context data'),
  reply: layout(4, 'ref count, payload data'),
  refused: layout(5, 'about refOrPid, why text'),
  watch: layout(6, 'ref count, pid pid, by pid?'),
  unwatch: layout(7, 'ref count'),
  exit: layout(8, 'ref count, reason reason'),
  link: layout(9, 'a pid, b pid, id count'),
  unlink: layout(10, 'a pid, b pid, id count'),
  linkExit: layout(11, 'a pid, b pid, id count, reason reason'),
  signal: layout(12, 'to pid, from pid?, signal signal, reason signalReason, remaining number?'),
  group: layout(13, 'scope text, change change, groups groups'),
  cast: layout(
    14,
    'scope text, group text, topic topic, from pid?, payload data, except pids?, context data',
  ),
  name: layout(15, 'name text, pid pid?, revision count'),
  spawn: layout(16, 'ref count, id text, args list, options data, context data'),
  failed: layout(17, 'ref count, error error'),
  press: layout(18, 'pid pid, pressed flag'),
  ready: layout(19, ''),
};

function layout(code: number, fields: string): Layout {
  const named = fields.split(', ').filter((each) => each !== '');
  return { code, fields: named.map((each) => each.split(' ') as [string, FieldType]) };
}

/** Whether what has come is what a field holds: dispatch relies on it, whoever has sent it. */
export const CHECKS = {
  address: isText,
  /** As of `send`, which takes none of the system's own (M2). */
  topic: (value: unknown) => isText(value) && !value.startsWith('@'),
  text: isText,
  pid: isGoodPid,
  'pid?': (value: unknown) => value === undefined || isGoodPid(value),
  'pids?': (value: unknown) => value === undefined || arePids(value),
  refOrPid: (value: unknown) => isCount(value) || isGoodPid(value),
  count: isCount,
  'number?': (value: unknown) => value === undefined || Number.isFinite(value),
  flag: (value: unknown) => typeof value === 'boolean',
  data: isData,
  list: (value: unknown) => Array.isArray(value) && isData(value),
  error: (value: unknown) => value instanceof Error && isData(value),
  reason: isReason,
  signal: (value: unknown) => value === 'exit' || value === 'kill' || value === 'cancel',
  signalReason: (value: unknown) => value === undefined || isString(value) || isReason(value),
  change: (value: unknown) => value === 'set' || value === 'join' || value === 'leave',
  groups: (value: unknown) => Array.isArray(value) && value.every(isGroup),
} as const satisfies Record<string, (value: unknown) => boolean>;

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Most PIDs that come are that of the message before. */
function isGoodPid(value: unknown): boolean {
  if (value === lastPid) return true;
  if (!isPid(value)) return false;
  lastPid = value;
  return true;
}

let lastPid: string | undefined;

function arePids(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPid);
}

function isReason(value: unknown): boolean {
  return isExitReason(value) && isData(value);
}

function isGroup(value: unknown): boolean {
  return Array.isArray(value) && isText(value[0]) && (isCount(value[1]) || arePids(value[1]));
}
