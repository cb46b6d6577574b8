/**
 * Values and contracts, on which all other folders build: no state, no Subject, no timer. Begin with
 * `behavior` (what a process is); `command` is what it says, `message` and `exit` are what it receives.
 */

export type { Behavior, Call, CallOptions, Self, Spawned, SpawnOptions } from './behavior.js';
export {
  broadcast,
  type Command,
  done,
  every,
  exit,
  join,
  leave,
  type Output,
  reply,
  report,
  send,
  sendAfter,
  upgrade,
} from './command.js';
export { countOption, limitOption } from './countOption.js';
export {
  type Duration,
  durationOption,
  formatDuration,
  parseDuration,
  wholeMillis,
} from './duration.js';
export {
  type Cancel,
  type Exit,
  ExitError,
  type ExitInput,
  type ExitReason,
  exitError,
  exitResult,
  isExitReason,
  isNormal,
  isOrderly,
  type LinkDown,
  type ProcessSignal,
  toError,
  toExitReason,
} from './exit.js';
export { fromAsync, isAsyncIterable, isPromise } from './fromAsync.js';
export {
  type BroadcastOptions,
  type GroupEvent,
  type GroupOptions,
  scopeOf,
} from './groupEvent.js';
export {
  type Holdable,
  holdDelivering,
  inItsContext,
  setDelivering,
} from './holdable.js';
export { insideOf } from './insideOf.js';
export { type Known, knownOptions } from './knownOptions.js';
export {
  checkDestination,
  checkTopic,
  type Inbox,
  is,
  type Letter,
  type Matched,
  type Message,
  type PayloadArgs,
  type PayloadOf,
  type Ref,
  type ReplyOf,
  type Topic,
  topic,
} from './message.js';
export { nearest, suggestion } from './nearest.js';
export { isPid, parsePid } from './parsePid.js';
export { formatPid, type Pid, type PidParts } from './pid.js';
export { printable } from './printable.js';
export {
  ProcessError,
  type ProcessErrorCode,
  type ProcessErrorDetails,
  shown,
} from './processError.js';
export { type Releasing, release } from './release.js';
export { Sink } from './sink.js';
export type { DropReason, SystemEvent } from './systemEvent.js';
export { textOf } from './textOf.js';
export { TopicReader } from './topicReader.js';
export type { SelfRequest, TraceEvent, TraceSignal } from './traceEvent.js';
export { unbound } from './unbound.js';
