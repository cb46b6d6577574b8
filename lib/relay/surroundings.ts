import type { Observable, SchedulerLike } from 'rxjs';
import type { Address } from '../codec/index.js';
import type { Pid, Self } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import type { CountedEvents } from './counters.js';
import { type Client, Delivery } from './delivery.js';
import type { Socket } from './socket.js';
import type { RelayEvent, State, Waiting, World } from './state.js';

/**
 * What the session of a connection has around it: its context and its world. The connection is the same
 * object, because each further one would cost memory.
 */
export abstract class Surroundings implements World, Client {
  readonly since: number;
  readonly delivery = new Delivery(this);
  protected known: Self | undefined;
  abstract state: State | undefined;

  constructor(
    protected readonly owner: ConnectionOwner,
    readonly socket: Socket,
  ) {
    this.since = owner.kernel.uptime();
  }

  abstract inform(event: RelayEvent): void;

  get self(): Self {
    return this.known as Self;
  }

  get pid(): Pid {
    return this.self.pid;
  }

  /** Whether its process has begun, and it has a PID. */
  get hasBegun(): boolean {
    return this.known !== undefined;
  }

  get kernel(): Kernel {
    return this.owner.kernel;
  }

  get events(): CountedEvents {
    return this.owner.events;
  }

  get world(): World {
    return this;
  }

  get scheduler(): SchedulerLike {
    return this.kernel.scheduler;
  }

  get closeTimeout(): number {
    return this.owner.closeTimeout;
  }

  get flowControl(): boolean {
    return this.owner.flowControl;
  }

  now(): number {
    return this.kernel.uptime();
  }

  time(): number {
    return this.kernel.now();
  }

  find(address: Address): Pid | undefined {
    return this.delivery.find(address)?.pid;
  }

  isBehind(): boolean {
    return this.delivery.isBehind;
  }

  hasPlace(pid: Pid): boolean {
    return this.delivery.hasPlace(pid);
  }

  successor(state: Waiting): Observable<Pid> {
    return this.delivery.successor(state);
  }
}

/** The relay as its connections see it. */
export interface ConnectionOwner {
  readonly kernel: Kernel;
  /** Milliseconds. */
  readonly closeTimeout: number;
  readonly flowControl: boolean;
  readonly events: CountedEvents;
  remove(connection: Surroundings, closeCode: number): void;
}
