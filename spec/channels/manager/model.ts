/**
 * A small model of a manager: who is connected, which channels there are, who is in them, and what each client was sent.
 * Like a system it has one queue: what a server calls happens at once, what comes by a message in the order of the queue.
 */
export class Model {
  readonly clients: ModelClient[] = [];
  /** Names of processes that live. */
  readonly processes = new Set<string>();
  readonly channels = new Map<string, Set<string>>();
  readonly connected = new Set<string>();
  #queue: (() => void)[] = [];

  flush(): void {
    for (const turn of this.#queue) turn();
    this.#queue = [];
  }

  connect(pid: string, isV1: boolean): void {
    const client: ModelClient = { pid, isV1, phase: 'open', isAway: false, got: [] };
    this.clients.push(client);
    this.#later(() => this.#enter(client));
  }

  #later(turn: () => void): void {
    this.#queue.push(turn);
  }

  #enter(client: ModelClient): void {
    if (client.phase === 'ended' || this.connected.has(client.pid)) return;
    this.connected.add(client.pid);
    this.#write(client, 'WebSocket connected');
  }

  #write(client: ModelClient, what: string | number): void {
    if (client.phase === 'open') client.got.push(what);
  }

  #forget(id: string): void {
    this.connected.delete(id);
    for (const members of this.channels.values()) members.delete(id);
  }

  /** A command of a client, which goes to whoever is its target. */
  command(client: ModelClient, command: 'subscribe' | 'unsubscribe', name: string): void {
    if (client.phase !== 'open' || client.isAway) return;
    this.#later(() => {
      if (!this.connected.has(client.pid)) return;
      if (command === 'subscribe') this.#open(name).add(client.pid);
      else this.channels.get(name)?.delete(client.pid);
      const done = command === 'subscribe' ? 'Subscribed to' : 'Unsubscribed from';
      this.#write(client, `${done} channel: ${name}`);
    });
  }

  #open(name: string): Set<string> {
    const members = this.channels.get(name) ?? new Set();
    this.channels.set(name, members);
    return members;
  }

  // --- ends -----------------------------------------------------------------------------------------

  drop(client: ModelClient): void {
    client.phase = 'ended';
    this.#forget(client.pid);
  }

  terminate(id: string): void {
    const client = this.clients.find(({ pid }) => pid === id);
    this.#later(() => {
      if (client !== undefined) return this.drop(client);
      this.processes.delete(id);
      this.#forget(id);
    });
  }

  close(client: ModelClient): void {
    if (!this.connected.has(client.pid)) return;
    this.#forget(client.pid);
    this.#later(() => {
      if (client.phase === 'open') client.phase = 'closing';
    });
  }

  transfer(client: ModelClient, isAway: boolean): void {
    this.#later(() => {
      if (client.phase !== 'open' || client.isAway === isAway) return;
      client.isAway = isAway;
      this.#later(isAway ? () => this.#forget(client.pid) : () => this.#enter(client));
    });
  }

  // --- what the server calls ------------------------------------------------------------------------

  subscribe(name: string, id: string): boolean {
    if (!this.connected.has(id) && !this.processes.has(id)) return false;
    const members = this.#open(name);
    if (members.has(id)) return false;
    members.add(id);
    this.#tell(id, 'rx:subscribed');
    return true;
  }

  unsubscribe(name: string, id: string): boolean {
    if (this.channels.get(name)?.delete(id) !== true) return false;
    this.#tell(id, 'rx:unsubscribed');
    return true;
  }

  delete(name: string): boolean {
    for (const id of this.channels.get(name) ?? []) this.#tell(id, 'rx:unsubscribed');
    return this.channels.delete(name);
  }

  #tell(id: string, event: string): void {
    const client = this.clients.find(({ pid }) => pid === id);
    if (client?.isV1) this.#write(client, event);
  }

  /** Sends to all in a channel, or to all, but one; gives how many it reaches. */
  send(name: string | undefined, what: number, but?: string): number {
    const ids = name === undefined ? this.connected : (this.channels.get(name) ?? []);
    const reached = this.clients.filter(({ pid }) => pid !== but && [...ids].includes(pid));
    for (const client of reached) this.#write(client, what);
    return reached.length;
  }
}

/** A client as the model has it. */
export interface ModelClient {
  readonly pid: string;
  readonly isV1: boolean;
  phase: 'open' | 'closing' | 'ended';
  /** Whether another process is its target. */
  isAway: boolean;
  readonly got: (string | number)[];
}
