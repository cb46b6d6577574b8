import { clientFrame, OPCODE } from '../../../lib/testing/faults/clientFrame.js';
import { Peer, type Plan } from '../../../lib/testing/faults/peer.js';
import { targetOf } from '../../../lib/testing/faults/target.js';
import type { Ledger } from './ledger.js';
import type { Stage } from './stage.js';
import { within } from './within.js';

/** A client that counts: it says numbers from 0, and checks that they come back in order. */
export class Visitor {
  readonly ledger: Ledger;
  readonly peer: Peer;
  sent = 0;
  #echoed = 0;
  #opened!: () => void;
  #look = (): void => {};
  readonly opened = new Promise<void>((resolve) => {
    this.#opened = resolve;
  });

  constructor(stage: Stage, path: string, plan: Plan = {}) {
    this.ledger = stage.next();
    this.peer = new Peer(targetTo(stage, path, this.ledger.id), {
      ...plan,
      open: () => this.#opened(),
      frame: ({ opcode, payload }) => {
        if (opcode === OPCODE.text) this.#hear(payload.toString());
        // It is deaf to close frames alone, or a busy server could find it lost before it closes it.
        if (opcode === OPCODE.ping && plan.isDeaf) this.peer.send(OPCODE.pong, payload);
      },
    });
  }

  /** Says so many numbers, in one write. */
  say(count: number): void {
    const frames = Array.from({ length: count }, () => clientFrame(OPCODE.text, `${this.sent++}`));
    this.peer.socket.write(Buffer.concat(frames));
  }

  close(payload?: Uint8Array): void {
    this.peer.send(OPCODE.close, payload);
  }

  /** Waits until every number has come back. */
  async echoes(): Promise<void> {
    const come = new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.#echoed >= this.sent) resolve();
      };
      this.#look();
    });
    await within(come, () => `${this.#echoed} of ${this.sent} echoes; ${this.ledger}`);
  }

  #hear(text: string): void {
    if (!/^\d+$/.test(text)) return;
    if (Number(text) !== this.#echoed) {
      this.ledger.faults.push(`echo ${text} instead of ${this.#echoed}`);
    }
    this.#echoed++;
    this.#look();
  }
}

/** The URL of a path with the id of a ledger. */
export function urlOf({ port }: Stage, path: string, id: string): string {
  return `ws://127.0.0.1:${port}${path}${path.includes('?') ? '&' : '?'}id=${id}`;
}

const targetTo = (stage: Stage, path: string, id: string) =>
  targetOf('soak', urlOf(stage, path, id));
