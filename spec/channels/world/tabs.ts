import type { Wire } from './network.js';
import type { Requests } from './requests.js';
import type { Room } from './rooms.js';
import type { Tab } from './tab.js';

/** The tabs of a world: what their users do, and what becomes of their connections. */
export abstract class Tabs {
  abstract readonly tabs: readonly Tab[];
  abstract readonly requests: Requests;
  abstract advance(millis: number): void;

  tab(at: number): Tab {
    return this.tabs[at] as Tab;
  }

  protected wire(at: number): Wire | undefined {
    return this.tab(at).network.wire;
  }

  follow(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.start();
  }

  reload(at: number, isStored: boolean): void {
    this.tab(at).reload(isStored);
  }

  ask(at: number, once: boolean, wait: number): void {
    const { client } = this.tab(at);
    this.requests.ask(wait, (task) => client.request('do', task, { once }));
  }

  /** Asks in a room: its process, if it has one. */
  askIn(at: number, room: Room, once: boolean, wait: number): void {
    const channel = this.tab(at).rooms.get(room)?.channel;
    this.requests.ask(wait, (task) => channel?.request('do', task, { once }) as never);
  }

  /** Asks for a page of what was sent, which must be true. */
  page(at: number, room: Room, limit: number, reverse: boolean): void {
    this.tab(at).rooms.get(room)?.page({ limit, reverse });
  }

  appear(at: number, room: Room, status: string): void {
    const channel = this.tab(at).rooms.get(room)?.channel;
    channel?.updatePresence(status).subscribe({ error: () => {} });
  }

  stall(at: number, way: 'up' | 'down'): void {
    this.wire(at)?.[way].stall();
  }

  /** All that was held up comes through, of connections that are given up as well. */
  release(at: number): void {
    for (const wire of this.tab(at).network.wires) wire.release();
  }

  slow(at: number, latency: number): void {
    this.wire(at)?.slow(latency);
  }

  cut(at: number, up: number, down: number): void {
    this.wire(at)?.cut(up, down);
  }

  half(at: number, side: 'client' | 'server', up: number, down: number): void {
    this.wire(at)?.half(side, up, down);
  }

  ghost(at: number): void {
    this.wire(at)?.ghost();
  }

  /** Two connections after the last: of the first one nothing comes up before the second has what it asked for. */
  overtake(at: number): void {
    this.cut(at, 0, 0);
    const { network } = this.tab(at);
    network.isHeldUp = true;
    this.advance(1_000);
    network.isHeldUp = false;
    this.ghost(at);
    this.advance(1_000);
    this.release(at);
  }

  offline(at: number, isDown: boolean): void {
    this.tab(at).network.isUp = !isDown;
    if (isDown) this.cut(at, 0, 0);
  }

  lag(at: number, bytes: number): void {
    this.wire(at)?.lag(bytes);
  }
}
