import { type Behavior, ofTopic, send } from 'rx-process';
import { ws } from 'rx-process/express';
import { map } from 'rxjs';

/**
 * Sends back what comes in, text as text and bytes as bytes. It need not see to its own end: the relay
 * owns it, and ends it with its connection.
 */
export const echo: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.message),
    map(({ payload: { client_pid, type, data } }) => send(client_pid, ws.send, { type, data })),
  );
