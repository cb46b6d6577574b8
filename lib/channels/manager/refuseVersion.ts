import { map, type Observable } from 'rxjs';
import { type Command, type Inbox, send } from '../../core/index.js';
import { ofTopic } from '../../operators/index.js';
import { V1, ws } from '../../protocol/index.js';

/** The target of a client that speaks no dialect of ours, to tell it so by a close code, which a browser can read (CP3). */
export const refuseVersion = (inbox: Inbox): Observable<Command> =>
  inbox.pipe(
    ofTopic(ws.join),
    map(({ payload }) =>
      send(payload.client_pid, ws.close, { code: 4406, reason: `server speaks ${V1}` }),
    ),
  );
