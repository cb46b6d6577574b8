import { filter, finalize, map, merge, type Observable } from 'rxjs';
import { exit, type Inbox, type Message, type Output, type Self } from '../../core/index.js';

/**
 * The behaviour of the process that is the home of a channel, `self.args[0]`: it runs once it is sure of the channel's name,
 * and ends when it has lost that (D43), because the home is another one then.
 */
export function homeProcess(homes: Homes): (inbox: Inbox, self: Self) => Observable<Output> {
  return (inbox, self) => {
    const [name] = self.args as readonly [string];
    const home = homes.begin(name, self.pid);
    const lost$ = self.signals$.pipe(
      filter(({ kind }) => kind === 'pid.cancel'),
      map(() => exit('shutdown')),
    );
    const taken$ = inbox.pipe(map((message) => home.take(message)));
    return merge(lost$, taken$).pipe(finalize(() => homes.end(name)));
  };
}

/** The channels whose homes are here. */
interface Homes {
  /** A channel's home begins here. */
  begin(name: string, pid: string): { take(message: Message): void };
  /** It has ended. */
  end(name: string): void;
}
