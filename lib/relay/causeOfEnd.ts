import type { Cancel, LinkDown } from '../core/index.js';
import type { SessionEvent } from './state.js';
import type { Cause } from './verdict.js';

/** The cause that an event is, if it ends a connection. */
export function causeOfEnd(event: EndingEvent): Cause {
  switch (event.type) {
    case 'congested':
      return { type: 'slow', who: 'consumer' };
    case 'evicted':
      return { type: 'slow', who: 'server' };
    case 'refused':
      return { type: 'slow', who: 'target' };
    default:
      // These are causes as they are.
      return event;
  }
}

/** What ends a connection, whatever else there is. */
type EndingEvent = Extract<
  SessionEvent,
  {
    type:
      | 'violation'
      | 'silent'
      | 'congested'
      | 'evicted'
      | 'exceeded'
      | 'refused'
      | 'shutdown'
      | 'drain'
      | 'expired';
  }
>;

/** The cause when the peer has left, by the code of its close frame; 1006 means no frame (a, b). */
export function causeOfLeaving({ code, reason }: { code: number; reason: string }): Cause {
  return code === 1006 ? { type: 'lost' } : { type: 'peer', code, reason };
}

/** The cause that a signal to the process of a connection is. */
export function causeOfSignal(signal: LinkDown | Cancel): Cause {
  if (signal.kind === 'pid.cancel') {
    const { from, reason, deadline } = signal;
    const stopped = from === undefined && reason === 'shutdown' && deadline !== undefined;
    return stopped ? { type: 'shutdown' } : { type: 'cancel', why: reason };
  }
  const { from, reason } = signal;
  // `shutdown` without `from` is an order to the connection; all else counts as the end of a linked process.
  const isOrder = from === undefined && reason.type === 'shutdown';
  return isOrder ? { type: 'shutdown' } : { type: 'link', exit: reason };
}
