import { type Message, type Pid, ProcessError, shown } from '../core/index.js';
import type { ChildInfo } from '../runtime/index.js';
import { begin, retire, unschedule } from './advance.js';
import { type ChildSpec, readChild } from './plan.js';
import type { Request } from './request.js';
import { groupOf } from './restart.js';
import { type Child, makeChild, reply, type State } from './state.js';

/** Does what a caller asks for, while no other work is in hand, and replies now or when it is done (V7). */
export function handleRequest(
  state: State,
  message: Call,
  id: string | undefined,
  at: number,
): void {
  try {
    perform(state, message, id, at);
  } catch (error) {
    reply(state, message, { error: asMisuse(error) });
  }
}

type Call = Message<Request>;

/** A payload may be anything, so an error thrown while it is read is the caller's mistake. */
function asMisuse(error: unknown): ProcessError {
  if (error instanceof ProcessError) return error;
  return new ProcessError('Invalid', 'the request cannot be read', { cause: error });
}

function perform(state: State, message: Call, id: string | undefined, at: number): void {
  const request = message.payload;
  switch (request?.type) {
    case 'start':
      return add(state, message, makeOne(state, request.child));
    case 'ensure':
      return ensure(state, message, request.child);
    case 'terminate':
      return terminate(state, message, find(state, id, request.child), at);
    case 'restart':
      return restartStopped(state, message, find(state, id, request.child));
    case 'delete':
      return forget(state, message, find(state, id, request.child));
    case 'which':
      return reply(state, message, { value: members(state) });
    default:
      throw new ProcessError('Invalid', 'no request: use startChild, terminateChild and the like');
  }
}

/** Describes the children, in the order in which they start. */
export function members(state: State): readonly ChildInfo[] {
  return [...state.children.values()].map(({ id, pid, status, plan: { type, behavior } }) => ({
    id,
    pid,
    type,
    status,
    ...(typeof behavior === 'string' && { behavior }),
  }));
}

function makeOne(state: State, given: ChildSpec | readonly unknown[]): Child {
  const { strategy, children } = state.plan;
  if (strategy !== 'simple_one_for_one') {
    if (!Array.isArray(given)) return makeChild(readChild(given as ChildSpec));
    throw new ProcessError('Invalid', `startChild: ${strategy} takes a child spec, no arguments`);
  }
  const [template] = children;
  if (!Array.isArray(given) || template === undefined) {
    throw new ProcessError('Invalid', `startChild: ${strategy} takes an array of arguments`);
  }
  const args = [...(template.options.args ?? []), ...given];
  return makeChild(template, `${template.id}#${++state.made}`, { ...template.options, args });
}

function add(state: State, message: Call, child: Child): void {
  const known = state.children.get(child.id);
  if (known !== undefined) throw exists(known);
  state.children.set(child.id, child);
  begin(state, { type: 'call', message, child, isNew: true }, [], [child]);
}

/** Replies with a child that runs, starts one that is down, and adds one that is unknown (V7). */
function ensure(state: State, message: Call, spec: ChildSpec): void {
  refuseTemplate(state, 'ensureChild');
  const plan = readChild(spec);
  const known = state.children.get(plan.id);
  if (known === undefined) add(state, message, makeChild(plan));
  else if (known.status === 'running') reply(state, message, { value: known.pid });
  else startAgain(state, message, known);
}

function exists({ id, pid }: Child): ProcessError {
  if (pid === undefined) return new ProcessError('AlreadyExists', `child ${id} is already present`);
  const text = `child ${id} is already started: ${pid}`;
  return new ProcessError('AlreadyExists', text, { existing_pid: pid });
}

function terminate(state: State, message: Call, child: Child, at: number): void {
  if (child.status !== 'restarting') {
    return begin(state, { type: 'call', message, child }, [child], []);
  }
  handOver(state, child, at);
  retire(state, child);
  reply(state, message, { value: undefined });
}

/** Siblings that wait for a restart with a child are restarted without it, when it is terminated (V7). */
function handOver(state: State, child: Child, at: number): void {
  if (child.ticket === 0) return;
  unschedule(state, child);
  const next = groupOf(state, child).find(
    (other) => other !== child && other.status === 'restarting',
  );
  if (next === undefined) return;
  next.ticket = ++state.tickets;
  state.deferred.push({ type: 'due', child: next, ticket: next.ticket, at });
}

function restartStopped(state: State, message: Call, child: Child): void {
  refuseTemplate(state, 'restartChild');
  startAgain(state, message, child);
}

function startAgain(state: State, message: Call, child: Child): void {
  if (child.status === 'restarting') {
    throw new ProcessError('Unavailable', `child ${child.id} is being restarted already`);
  }
  if (child.status !== 'stopped') throw exists(child);
  child.attempts = 0;
  begin(state, { type: 'call', message, child }, [], [child]);
}

function forget(state: State, message: Call, child: Child): void {
  refuseTemplate(state, 'deleteChild');
  if (child.status !== 'stopped') {
    const text = `deleteChild: child ${child.id} is ${child.status}: terminate it first`;
    throw new ProcessError('Invalid', text);
  }
  state.children.delete(child.id);
  reply(state, message, { value: undefined });
}

function refuseTemplate({ plan }: State, what: string): void {
  if (plan.strategy !== 'simple_one_for_one') return;
  const hint = 'what is down is forgotten already, and startChild makes another';
  throw new ProcessError('Invalid', `${what} has no meaning under ${plan.strategy}: ${hint}`);
}

function find(state: State, id: string | undefined, given: Pid | string): Child {
  const child = id === undefined ? undefined : state.children.get(id);
  if (child !== undefined) return child;
  throw new ProcessError('NotFound', `no child ${shown(given)}: whichChildren lists them`);
}
