import { type Observable, ReplaySubject } from 'rxjs';
import { ProcessError } from '../../core/index.js';
import { type ClientAct, FakeWebSocket } from './fakeWebSocket.js';
import type { ServerAction } from './serves.js';

/**
 * A server for the tests of a client (CT4): a `WebSocket` class over a diagram. It does what the diagram says, over the
 * connection that the client has dialled last, and records what the client does; it answers nothing by itself. So a
 * whole reconnect is one diagram, and outside of diagrams `perform` does the same.
 *
 * @param script$ what it does and when, made by `serves`; default nothing
 * @throws ProcessError `Invalid` where it is to do something and nobody has dialled, or to reply and nothing is asked.
 * @example
 * const server = fakeServer(hot(' h--s--x----', { h: serves.hello(), s: serves.ok(), x: serves.close(1012) }));
 * const client = connectChannels('ws://test', { WebSocket: server.WebSocket, scheduler, random: () => 0.5 });
 * client.channel('chat:1').messages$.subscribe();
 */
export function fakeServer(script$?: Observable<ServerAction>): FakeServer {
  const heard = new ReplaySubject<ClientAct>();
  const asked: unknown[] = [];
  let current: FakeWebSocket | undefined;
  const hear = (act: ClientAct): void => {
    for (const { id, ok } of act.type === 'frame' ? act.messages : []) {
      if (id !== undefined && ok === undefined) asked.push(id);
    }
    heard.next(act);
  };
  const perform = (action: ServerAction): void => {
    if (current === undefined) throw new ProcessError('Invalid', 'fakeServer: nobody has dialled');
    action(current, () => {
      if (asked.length === 0) throw new ProcessError('Invalid', 'fakeServer: nothing is asked');
      return asked.shift();
    });
  };
  script$?.subscribe(perform);
  return {
    heard$: heard.asObservable(),
    perform,
    WebSocket: class extends FakeWebSocket {
      constructor(url: string, protocols: readonly string[] = []) {
        super(hear);
        current = this;
        // What was asked over the connection before is not answered over this one.
        asked.length = 0;
        hear({ type: 'dial', url, protocols });
      }
    },
  };
}

/** A server under test of a client; made by `fakeServer`. */
export interface FakeServer {
  /** To be given to a client, as `{ WebSocket }`. */
  readonly WebSocket: new (
    url: string,
    protocols?: readonly string[],
  ) => FakeWebSocket;
  /** What the client does, in order; replays to late subscribers, never completes. */
  readonly heard$: Observable<ClientAct>;
  /** Does something now. @throws ProcessError `Invalid`, as `fakeServer` says */
  perform(action: ServerAction): void;
}
