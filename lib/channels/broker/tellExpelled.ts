import type { Member } from '../members/member.js';
import { wireError } from '../messages/replyText.js';

/** Tells a client of v1 of a membership that the server has ended. */
export function tellExpelled(
  name: string,
  member: Member,
  { code, message = TEXTS[code] ?? code, retry = RETRIES.has(code) || undefined }: Expulsion,
): void {
  if (!member.isV1) return;
  const { retry: may } = wireError(code, message, { retry });
  member.tell(name, 'rx:unsubscribed', { code, message, retry: may });
}

/** Why the server ends a membership. */
export interface Expulsion {
  readonly code: string;
  readonly message?: string | undefined;
  /** Whether the client may ask again; default: as the code says. */
  readonly retry?: boolean | undefined;
}

const TEXTS: Readonly<Record<string, string>> = {
  expired: 'The subscription has expired',
  denied: 'Not authorized any more',
  kicked: 'Removed from the channel',
  crashed: 'The channel has crashed',
  closed: 'The channel has ended',
  deleted: 'The channel was deleted',
  lagged: 'Too slow: ask for what was missed',
};

/** What is no error of a request, but may be tried again. */
const RETRIES: ReadonlySet<string> = new Set(['lagged']);
