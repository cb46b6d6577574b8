import type { VirtualTimeScheduler } from 'rxjs';
import type { Checks } from './checks.js';
import { Network } from './network.js';
import type { Server } from './server.js';

/** A client of the page's dialect, who sees not a byte more than the page has (PT12). */
export class Witness {
  constructor(
    readonly clock: VirtualTimeScheduler,
    readonly rooms: readonly string[],
    readonly checks: Checks,
  ) {}

  /** Connects, and asks for all rooms and who is there. */
  come(server: Server): void {
    const { WebSocket } = new Network(this.clock, () => server);
    const socket = new (WebSocket as new (url: string) => WebSocketLike)(
      'ws://server/ws?user=witness',
    );
    socket.onopen = () => {
      for (const channel of this.rooms) {
        for (const command of ['subscribe', 'presence']) {
          const payload = { command, channel, ...(command === 'presence' && { watch: true }) };
          socket.send(JSON.stringify({ type: 'system', payload }));
        }
      }
    };
    socket.onmessage = ({ data }) => this.#look(String(data));
  }

  #look(text: string): void {
    const frame = JSON.parse(text);
    const isPresence = frame.type === 'event' && /^rx:presence_/.test(frame.payload?.event);
    const keys = Object.keys(frame).join();
    const isPlain = /^type,(payload,)?timestamp$/.test(keys);
    const isAsked = isPresence && keys === 'channel,type,payload,timestamp';
    this.checks.must(isPlain || isAsked, `PT12: ${text}`);
    this.checks.must(isPresence || !text.includes('"rx:'), `PT12: ${text}`);
  }
}

interface WebSocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  send(text: string): void;
}
