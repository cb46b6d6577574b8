import { filter, map } from 'rxjs';
import type { EventType } from '../protocol/index.js';
import type { ClientChannel } from './clientChannel.js';
import { fold } from './fold.js';
import { command, eventOf, nameOf, type Said, saidBy } from './frame.js';
import type { Membership } from './membership.js';
import { payloadOf, resultOf } from './requests.js';

/** A membership as its users have it. */
export function channelOf(membership: Membership): ClientChannel {
  const { name, link, messages$, roster } = membership;
  const { requests } = link;
  return {
    name,
    messages$,
    state$: membership.states.out$,
    gaps$: membership.gaps.out$,
    presence$: membership.watch(roster.list),
    count$: membership.watch(roster.count),
    events: <D>(event: string | EventType<D>) => {
      const wanted = nameOf(event);
      return messages$.pipe(
        filter((message) => saidBy(message)?.event === wanted),
        map(({ payload }) => (payload as Said).data as D),
      );
    },
    send: (event, data) =>
      membership.isLive && link.push({ channel: name, ...eventOf(event, data) }),
    request: (event, data, options) =>
      payloadOf(requests.ask({ channel: name, ...eventOf(event, data) }, options)),
    history: (query) => resultOf(requests.ask(command('history', { channel: name, ...query }))),
    updatePresence: (meta) =>
      requests.ask(command('presence_update', { channel: name, meta })).pipe(map(() => {})),
    fold: (load, step) => fold(membership, load, step),
  };
}
