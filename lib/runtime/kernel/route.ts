import type { ExitReason, Message, Pid, ProcessError } from '../../core/index.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Group } from '../registry/group.js';
import type { Linked } from '../ties/link.js';
import type { Watched } from '../ties/monitor.js';

/**
 * Where an address of another node leads. A kernel has one while its system is in a cluster, and asks it only
 * where it has found nobody itself, so that no local message looks at it (D72).
 */
export interface Route {
  /** The process with a PID of another node, or with a name that begins with `@`. */
  find(to: string): Foreign | undefined;
  /** The PID of this node's process that has a name which begins with `@`. */
  ownerOf(name: string): Pid | undefined;
  /** Why nobody is there: `noproc` if the process is certainly dead (D3). */
  absence(to: string): ExitReason;
  /** Sends to a group's members on other nodes but some, and returns how many of them are known (D49). */
  cast(group: Group, message: Message, except: readonly Pid[]): number;
  /** Leaves the cluster, when the last process of the system has ended (D64). */
  close(millis: number): Promise<void>;
}

/** A process of another node, as the runtime deals with it. */
export interface Foreign extends Linked, Watched {
  /** Whether its node is up, and it is not known to have ended. */
  readonly running: boolean;
  /** How full its mailbox is, as far as its node has said (D55). */
  readonly mailbox: Pick<Mailbox, 'isOpen' | 'isBusy' | 'aboveHighMark' | 'waitForRoom'>;
  /** Its own node alone knows its place in a supervision tree (D37). */
  readonly supervision?: undefined;
  /** Takes a message for it; `false` if the link does not, of which there is an event (D27). */
  accept(message: Message, size?: number): boolean;
  /** The same; gives why the link does not take it. */
  offer(message: Message): ProcessError | undefined;
  /** Asks it a question, whose monitor it has already; the error is why that is impossible (D29). */
  ask(message: Message): ProcessError | undefined;
}
