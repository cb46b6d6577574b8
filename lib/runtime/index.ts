/** Identity and memory: mailboxes, processes, the run queue, names, hosts. */
export { assemble, createSystem, type SystemOptions } from './createSystem.js';
export type { Logger } from './events.js';
export { Fifo } from './fifo.js';
export type { Groups } from './groupsFacet.js';
export type { Host, HostOptions } from './hosts.js';
export type { ProcessInfo, ProcessStatus } from './info.js';
export type { Kernel, Tap } from './kernel.js';
export type { MailboxOptions } from './mailbox.js';
export { monitor } from './monitor.js';
export type { Extension, Process } from './process.js';
export type { Seams } from './runQueue.js';
export { processOf } from './self.js';
export type { CancelOptions } from './signals.js';
export { SizedMessage } from './sizedMessage.js';
export { spawn, type Ties } from './spawn.js';
export { kernel, System } from './system.js';
export type { ChildInfo, ChildStatus, Supervision, Team, TreeNode } from './tree.js';
