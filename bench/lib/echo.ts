// The behaviour of every server of ours: sends everything back until the client leaves.
import type { Behavior } from 'rx-process';
import { map, takeWhile } from 'rxjs';
import { rxProcess } from './built.js';

const { is, ofTopic, send, ws } = await rxProcess();

export const echo: Behavior = (inbox) =>
  inbox.pipe(
    takeWhile((m) => !is(m, ws.leave)),
    ofTopic(ws.message),
    map(({ payload }) =>
      send(payload.client_pid, ws.send, { type: payload.type, data: payload.data }),
    ),
  );
