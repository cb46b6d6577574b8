/**
 * The process runtime: what a process needs between two messages, and what a system knows of its processes.
 *
 * It has nine rooms, and each imports only those before it: `collections`, `queue` (the run queue),
 * `telemetry` (events and traces), `mailbox`, `ties` (monitors and links), `registry` (tables of names,
 * groups, hosts and PIDs), `kernel`, `process` and `system`. Begin with `system/createSystem.ts` from
 * above, or with `queue/runQueue.ts` from below; the file to begin with in a room says what the room is for.
 */

export { Fifo } from './collections/fifo.js';
export type { DrillHook } from './kernel/resident.js';
export type { Foreign, Route } from './kernel/route.js';
export { Backlog, type Waiter } from './mailbox/backlog.js';
export { type MailboxOptions, UNBOUNDED } from './mailbox/bound.js';
export { matcher } from './mailbox/matcher.js';
export { ProcessStream } from './mailbox/processStream.js';
export { SizedMessage } from './mailbox/sizedMessage.js';
export type { Extension } from './process/perform.js';
export type { Process } from './process/process.js';
export { processOf } from './process/processOf.js';
export { checkOptions, releaseHeld, spawn, type Ties } from './process/spawn.js';
export type { ChildInfo, ChildStatus, Supervision, Team } from './process/supervision.js';
export type { Context } from './queue/contextQueue.js';
export { inNoContext } from './queue/liveSeams.js';
export type { Seams } from './queue/runQueue.js';
export type { Arrival, Tracing } from './queue/tracedQueue.js';
export type { Announcer, Group, Scope } from './registry/group.js';
export { type GroupPlace, GroupTable } from './registry/groupTable.js';
export type { Host, HostOptions } from './registry/hostTable.js';
export { type Part, pidsOf, sizeOf } from './registry/others.js';
export { assemble, createSystem, type SystemOptions } from './system/createSystem.js';
export type { Groups } from './system/groupsApi.js';
export { kernelOf } from './system/kernelOf.js';
export { infoOf, type ProcessInfo, type ProcessStatus } from './system/processInfo.js';
export { type CancelOptions, System } from './system/system.js';
export type { SystemKernel as Kernel } from './system/systemView.js';
export type { TreeNode } from './system/tree.js';
export { EventLoopLag } from './telemetry/eventLoopLag.js';
export { commandName, Letters, messageName, signalName } from './telemetry/letters.js';
export type { FieldLogger, LogFields, Logger, TextLogger } from './telemetry/logger.js';
export { labelOf } from './telemetry/tracer.js';
export { warnProcess } from './telemetry/warnProcess.js';
export type { Link, Linked, Peer } from './ties/link.js';
export { Monitor, monitor } from './ties/monitor.js';
export type { Signal } from './ties/signal.js';
