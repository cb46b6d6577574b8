import * as t from 'io-ts';
import { isPid, type Pid } from '../../core/index.js';
import type { ChildPlace } from '../../protocol/index.js';
import { absentOr } from './absentOr.js';
import { pid } from './pid.js';

/** A target as it is given: a PID, a name, or a place in a supervision tree. */
export type Address = Pid | string | ChildPlace;

/** The fields that a target may be given by, of which one is allowed. */
export interface Addressed {
  readonly target_pid?: Pid | undefined;
  readonly target_name?: string | undefined;
  readonly target_child?: ChildPlace | undefined;
}

/** The target that is given, if one is; null is none, as JSON has it. */
export function addressOf(fields: Addressed): Address | undefined {
  return fields.target_pid || fields.target_name || (fields.target_child ?? undefined);
}

/** Why a target cannot be what is given; `undefined` if it can, or if there is none. */
export function targetProblem({
  target_pid,
  target_name,
  target_child,
}: Addressed): string | undefined {
  const given = [target_pid, target_name, target_child].filter(Boolean);
  return given.length > 1 ? 'give one of target_pid, target_name and target_child' : undefined;
}

/** The name of a process (R3): a PID is none, or nobody would know which of the two is meant. */
export const name: t.Type<string, string, unknown> = new t.Type(
  'Name',
  isName,
  (input, context) =>
    isName(input) ? t.success(input) : t.failure(input, context, 'is no name of a process'),
  t.identity,
);

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.startsWith('@') && !isPid(value);
}

/** Where a child is to be found: its supervisor by PID or name, and its id there. */
export const childPlace: t.Type<ChildPlace, unknown, unknown> = new t.Type(
  'ChildPlace',
  isPlace,
  (input, context) =>
    isPlace(input)
      ? t.success({ supervisor: input.supervisor, id: input.id })
      : t.failure(input, context, 'is no { supervisor, id }'),
  t.identity,
);

function isPlace(value: unknown): value is ChildPlace {
  const { supervisor, id } = Object(value);
  return typeof supervisor === 'string' && supervisor !== '' && typeof id === 'string' && id !== '';
}

/** The fields, as io-ts reads them. */
export const addressFields = {
  target_pid: absentOr(pid),
  target_name: absentOr(name),
  target_child: absentOr(childPlace),
};
