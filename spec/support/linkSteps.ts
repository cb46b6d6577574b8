import {
  type Effect,
  type Event,
  initial,
  type State,
  type World,
} from '../../lib/cluster/link/state.js';
import { step } from '../../lib/cluster/link/step.js';
import type { WindowLimits } from '../../lib/cluster/link/window.js';
import { decodeFrame, encodeFrame, Flag } from '../../lib/cluster/wire/frame.js';

const ME = 0xa;
export const PEER = 0xb;

/** A link whose events are written one by one, and whose effects are texts. Its tags are a, a1, a2 …; the peer's is b. */
export class Steps {
  now = 0;
  refusal: string | undefined;
  /** Room for eight bytes of entries. */
  maxFrame = 24 + 8;
  readonly state: State;
  readonly #world: World;
  #tags = 0;

  constructor(limits?: WindowLimits) {
    const tag = () => (this.#tags++ === 0 ? ME : 0xa0 + this.#tags - 1);
    this.#world = {
      now: () => this.now,
      drawTag: tag,
      maxMessage: 16 * 1024 * 1024,
      maxFrame: () => this.maxFrame,
      hello: Buffer.from('me'),
      judge: () => this.refusal,
    };
    this.state = initial(this.#world, limits);
  }

  /** A link whose session with the peer is open. */
  static open(limits?: WindowLimits): Steps {
    const steps = new Steps(limits);
    steps.up();
    steps.comes({ flags: Flag.welcome, body: 'peer' });
    return steps;
  }

  take(event: Event): string[] {
    return step(this.state, event, this.#world).map(write);
  }

  up(): string[] {
    return this.take({ type: 'transport', isUp: true });
  }

  down(): string[] {
    return this.take({ type: 'transport', isUp: false });
  }

  /** A frame of the peer, with the tags of the first session unless it says others. */
  comes(frame: Partial<Parts>): string[] {
    const { flags = 0, from = PEER, to = ME, number = 0, ack = 0, body = '' } = frame;
    const decoded = decodeFrame(
      encodeFrame({ flags, from, to, number, ack }, [Buffer.from(body)], body.length),
    );
    if (decoded === undefined) throw new Error(`no frame: ${JSON.stringify(frame)}`);
    return this.take({ type: 'frame', frame: decoded });
  }

  /** A drain that has these entries to send, and has handed over what came up to a number. */
  drains(entries: readonly string[], number = 0, size = number): string[] {
    for (const entry of entries) this.state.session.window.take(entry.length, false);
    const delivered = number > 0 ? { number, entries: size, bytes: size } : undefined;
    const bytes = entries.map((entry) => Buffer.from(entry));
    return this.take({ type: 'drained', delivered, entries: bytes, bye: false });
  }

  bye(): string[] {
    return this.take({ type: 'drained', delivered: undefined, entries: [], bye: true });
  }

  rings(timer: 'hello' | 'ack' | 'ask' | 'gap' | 'bye', now = this.now): string[] {
    this.now = now;
    return this.take({ type: 'timer', timer });
  }
}

interface Parts {
  flags: number;
  from: number;
  to: number;
  number: number;
  ack: number;
  body: string;
}

/** An effect as a text: `again 3 ack 2` is a frame that asks for everything from 3 on and acknowledges 2. */
function write(effect: Effect): string {
  switch (effect.type) {
    case 'publish':
      return writeFrame(effect.bytes);
    case 'wake':
      return `wake ${effect.timer} ${effect.millis}`;
    case 'began':
      return `began ${Buffer.from(effect.hello)}`;
    case 'deliver':
      return `deliver ${effect.number} ${Buffer.from(effect.body)}`;
    case 'ended':
      return effect.reason;
    case 'warn':
      return effect.code;
    case 'relieved':
      return 'relieved';
  }
}

function writeFrame(bytes: Uint8Array): string {
  const frame = decodeFrame(bytes);
  if (frame === undefined) return 'garbled';
  const { flags, from, to, number, ack, body } = frame;
  const text = Buffer.from(body).toString();
  const tags = `${from.toString(16)}>${to.toString(16)}`;
  switch (flags) {
    case Flag.hello:
      return `${tags} hello ${text}`;
    case Flag.welcome:
      return `${tags} welcome ${text}`;
    case Flag.ackOnly:
      return `${number > 0 ? `ask ${number} ` : ''}ack ${ack}`;
    case Flag.ackOnly + Flag.again:
      return `again ${number} ack ${ack}`;
  }
  const name = { [Flag.more]: 'more ', [Flag.bye]: 'bye ' }[flags] ?? '';
  return `${name}${number} ${text} ack ${ack}`;
}
