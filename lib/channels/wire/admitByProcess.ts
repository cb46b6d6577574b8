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
    if (isRefusal(answer)) done(answer);
    else stopAsking = askChannel(broker, request, answer, done);
  });
  return () => {
    stop();
    stopAsking();
  };
}

/** Whether a join waits for the channel: for its home in the cluster, or because its process has the last word. */
export const asksChannel = (broker: Broker, { channel, since }: JoinRequest): boolean =>
  asksProcess(broker, channel) || broker.fellows?.isReady(channel, since) === false;

const asksProcess = (broker: Broker, channel: string): boolean =>
  broker.definitionOf(channel)?.options.admit === 'behavior';

/** Asks the channel whether a client may join that its hook has let in. */
export function askChannel(
  broker: Broker,
  request: JoinRequest,
  byHook: Joining,
  done: (answer: Answer) => void,
): () => void {
  const { channel, since } = request;
  let stopAsking = (): void => {};
  const ask = (isReady: boolean): void => {
    if (!isReady) done(TOO_LATE);
    else if (!asksProcess(broker, channel)) done(byHook);
    else stopAsking = askProcess(broker, request, byHook, done);
  };
  const stop = broker.fellows?.ready(channel, ask, since);
  if (stop === undefined) ask(true);
  return () => {
    stop?.();
    stopAsking();
  };
}

/** Asks the process; what it says of the membership goes before what the hook has said, `byHook`. */
function askProcess(
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
    done(TOO_LATE);
  });
  const stop = rooms.open(channel)?.admit(request, {
    accept: (joining) => {
      timer.unsubscribe();
      const said = definedOf(joining);
      const { state, ...byProcess } = said;
      done({ ...byHook, ...said, byProcess });
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

const TOO_LATE = refusal('timeout', 'The channel has not answered in time');

/** Without the fields that say nothing, which must not undo what the hook has said. */
const definedOf = (joining: Joining): Joining =>
  Object.fromEntries(Object.entries(joining).filter(([, value]) => value !== undefined));
