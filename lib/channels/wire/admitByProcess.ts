import type { Broker } from '../broker/broker.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';
import { type Answer, admit, isRefusal, notAuthorized, refusal } from './admit.js';

/**
 * Asks whether a client may join: the `join` hook and then, with `admit: 'behavior'`, the process of the channel (B15,
 * B24). The answer comes once; never after what this returns was called.
 */
export function admitByProcess(
  broker: Broker,
  request: JoinRequest,
  done: (answer: Answer) => void,
): () => void {
  let stopAsking = (): void => {};
  const stop = admit(broker, request, (answer) => {
    const isLast = isRefusal(answer) || !asksProcess(broker, request.channel);
    if (isLast) done(answer);
    else stopAsking = askProcess(broker, request, answer, done);
  });
  return () => {
    stop();
    stopAsking();
  };
}

/** Whether the process of a channel has the last word about a join. */
export const asksProcess = (broker: Broker, channel: string): boolean =>
  broker.definitionOf(channel)?.options.admit === 'behavior';

/** Asks the process; what it says of the membership goes before what the hook has said, `byHook`. */
export function askProcess(
  broker: Broker,
  request: JoinRequest,
  byHook: Joining,
  done: (answer: Answer) => void,
): () => void {
  const { rooms, kernel, limits } = broker;
  const { channel } = request;
  if (rooms.isFullFor(channel)) {
    done(refusal('limit', 'Too many channels'));
    return () => {};
  }
  const timer = kernel.after(limits.joinTimeout, () => {
    stop?.();
    done(refusal('timeout', 'The channel has not answered in time'));
  });
  const stop = rooms.open(channel)?.admit(request, {
    accept: (joining) => {
      timer.unsubscribe();
      done({ ...byHook, ...joining });
    },
    refuse: (code, text, options) => {
      timer.unsubscribe();
      const usual = code === 'denied' ? notAuthorized(channel) : code;
      done({ ...refusal(code, text ?? usual), ...options });
    },
  });
  return () => {
    timer.unsubscribe();
    stop?.();
  };
}
