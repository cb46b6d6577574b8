import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { type ClientState, connectRelay } from '../../../client/index.js';
import { type Dialogue, dialogue } from './dialogue.js';

/** The server that this page is from, over its WebSocket beside the page: dialled again and again where it is lost. */
export function openServer(): Server {
  const client = connectRelay(new URL('live', document.baseURI), {
    // When somebody listens: the first frame comes at once, and nobody says it again.
    lazy: true,
    backoff: { base: 250, cap: 5_000 },
    // Somebody sits before this page: it tries as long as they do.
    shouldReconnect: () => ({ retry: true }),
    diagnose: false,
  });
  const talk = dialogue({
    frames$: client.frames$.pipe(map(String)),
    isOpen$: client.state$.pipe(
      map(({ status }) => status === 'open'),
      distinctUntilChanged(),
    ),
    send: (text) => client.send(text),
  });
  return { ...talk, state$: client.state$ };
}

/** What the page has of its server. */
export interface Server extends Dialogue {
  /** Where the connection stands. */
  readonly state$: Observable<ClientState>;
}
