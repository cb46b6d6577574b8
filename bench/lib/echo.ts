// The behaviour of every server of ours: sends everything back.
import type { Behavior } from 'rx-process';
import { map } from 'rxjs';
import { rxProcess } from './built.js';

const { ofTopic, send, ws } = await rxProcess();

export const echo: Behavior = (inbox) =>
  inbox.pipe(
    ofTopic(ws.message),
    map(({ payload }) =>
      send(payload.client_pid, ws.send, { type: payload.type, data: payload.data }),
    ),
  );
