import { map, mergeMap, of } from 'rxjs';
import { type Behavior, type Command, is, send } from '../core/index.js';
import { ofTopic } from '../operators/index.js';
import { ws } from '../protocol/index.js';
import { Answering, type Sources } from './answering.js';
import type { Answer } from './wire/answer.js';

/** The process of one page: what that asks becomes what it is answered, as long as it is connected (DV4). */
export function session(sources: Sources): Behavior {
  // The function's name is what the page itself is called in its list of processes.
  const devtools: Behavior = (inbox) => {
    const answering = new Answering(sources);
    return inbox.pipe(
      ofTopic(ws.join, ws.message),
      mergeMap((message) => {
        const to = message.payload.client_pid;
        const answers$ = is(message, ws.join)
          ? of({ hello: sources.hello() })
          : answering.answers(String(message.payload.data));
        return answers$.pipe(map((answer): Command => send(to, ws.send, dataOf(answer))));
      }),
    );
  };
  return devtools;
}

const dataOf = (answer: Answer) => ({ data: JSON.stringify(answer) });
