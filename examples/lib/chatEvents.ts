import { event } from 'rx-process/client';

/** What a page says to the room, and what the room tells all pages: one contract, which server and pages import. */
export const say = event<{ readonly text: string }, null>('say');
export const said = event<Said>('said');

export interface Said {
  readonly user: string;
  readonly text: string;
}
