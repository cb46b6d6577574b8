import type { Subscription } from 'rxjs';
import { readFrameSubject, Subjects } from './subjects.js';
import type { Transport } from './transport.js';

/** The frames of one node: who a frame is for and from is in its subject, which the server checks (D18, D60). */
export class Frames {
  readonly #transport: Transport;
  readonly #subjects: Subjects;
  readonly #id: string;

  constructor(transport: Transport, cluster: string, id: string) {
    this.#transport = transport;
    this.#subjects = new Subjects(cluster);
    this.#id = id;
  }

  /** Bytes of the largest frame (D22). */
  get max(): number {
    return Math.min(MAX_FRAME, this.#transport.maxPayload - 1_024);
  }

  /** What publishes frames for a node. "No responders" comes where frames of that node come (D17). */
  publisher(to: string): (bytes: Uint8Array) => void {
    const subject = this.#subjects.frame(to, this.#id);
    const reply = this.#subjects.frame(this.#id, to);
    return (bytes) => this.#transport.publish(subject, bytes, reply);
  }

  /** Hands over frames and refusals, and whether the transport is up, from now on until `running` ends. */
  receive(receiver: FrameReceiver, running: Subscription): void {
    const transport = this.#transport;
    running.add(
      transport.subscribe(this.#subjects.frames(this.#id), ({ subject, bytes, isRefusal }) => {
        const from = readFrameSubject(subject)?.from;
        if (from !== undefined) receiver.frame(from, isRefusal ? undefined : bytes);
      }),
    );
    const gone = (): void => receiver.setUp(false);
    running.add(
      transport.state$.subscribe({
        next: (state) => receiver.setUp(state === 'up'),
        error: gone,
        complete: gone,
      }),
    );
  }
}

/** Takes the frames for a node. */
export interface FrameReceiver {
  /** A frame of a node; `undefined`: nobody is there for what was sent to it (503). */
  frame(from: string, bytes: Uint8Array | undefined): void;
  setUp(isUp: boolean): void;
}

const MAX_FRAME = 256 * 1024;
