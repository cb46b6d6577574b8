/** Identity and memory: mailboxes, processes, the run queue, names, hosts. */
export type { MailboxOptions } from './bound.js';
export type { Context } from './contextQueue.js';
export { assemble, createSystem, type SystemOptions } from './createSystem.js';
export type { Logger } from './events.js';
export type { Host, HostOptions } from './hosts.js';
export type { Kernel } from './kernel.js';
export type { Extension, Process } from './process.js';
export type { Seams } from './runQueue.js';
export type { CancelOptions } from './signals.js';
export { SizedMessage } from './sizedMessage.js';
export { spawn, type Ties } from './spawn.js';
export { kernel, type ProcessInfo, System } from './system.js';
