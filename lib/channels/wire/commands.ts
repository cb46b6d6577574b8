import { history } from './history.js';
import { type Command, inChannel } from './inChannel.js';
import { listChannels } from './listChannels.js';
import { presence, presenceUpdate } from './presence.js';
import { refresh } from './refresh.js';
import { resume } from './resume.js';
import { subscribe } from './subscribe.js';
import { unsubscribe } from './unsubscribe.js';

/** What a client may ask by a system message, by the name of its command (CP13). */
export const commands: Readonly<Record<string, Command>> = {
  subscribe: inChannel(subscribe),
  unsubscribe: inChannel(unsubscribe),
  list_channels: listChannels,
  ping: (_, exchange) => {
    exchange.done({ type: 'pong' });
  },
  history: inChannel(history),
  presence: inChannel(presence),
  presence_update: inChannel(presenceUpdate),
  refresh,
  resume,
};
