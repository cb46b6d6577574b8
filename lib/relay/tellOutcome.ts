import type { SendOptions } from '../codec/index.js';
import { type Command, isPid, type Message, type Pid, send } from '../core/index.js';
import { type Outcome, type Sent, ws } from '../protocol/index.js';
import type { Kernel } from '../runtime/index.js';
import { findLiving } from './routeTo.js';
import type { World } from './state.js';

/** Tells who has asked for it what has become of a frame, if that process still lives (W9). */
export function tellOutcome(
  kernel: Kernel,
  client_pid: Pid,
  { ref, from }: Pick<SendOptions, 'ref' | 'from'>,
  outcome: Outcome,
): void {
  if (ref === undefined || from === undefined || findLiving(kernel, from) === undefined) return;
  const sender = isPid(client_pid) ? client_pid : undefined;
  // It belongs to no request: the frame may have left because of something else that was sent.
  kernel.queue.withoutContext(() => {
    kernel.send(sender, from, ws.sent, { client_pid, ref, outcome } satisfies Sent);
  });
}

/** The answer to a `ws.send` that becomes no frame, as a command; none if it asks for no `ack`. */
export function notSent(message: Message, world: World): readonly Command[] {
  const { from } = message;
  const ref = ackOf(message);
  if (from === undefined || ref === undefined || world.find(from) === undefined) return [];
  return [send(from, ws.sent, { client_pid: world.pid, ref, outcome: 'dropped' })];
}

/** Has each `ws.send` answered that no connection gets to see, because that has ended or is closing. */
export function answerUndelivered(kernel: Kernel): void {
  kernel.undelivered.set(ws.send, (message, to) => {
    tellOutcome(kernel, to, { ref: ackOf(message), from: message.from }, 'dropped');
  });
}

function ackOf({ topic, payload }: Message): unknown {
  if (topic !== ws.send) return undefined;
  try {
    return (payload as { readonly ack?: unknown }).ack;
  } catch {
    return undefined; // a getter that throws asks for nothing
  }
}
