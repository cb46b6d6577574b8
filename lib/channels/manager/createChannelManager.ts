import { noop } from 'rxjs';
import { GroupTable } from '../../runtime/index.js';
import { unixTime } from '../messages/unixTime.js';
import { Channels } from '../table/channels.js';
import { ChannelManager } from './channelManager.js';

/** Makes a manager of channels without a system, for a test of what it counts: its members are ids only. */
export const createChannelManager = (): ChannelManager =>
  new ChannelManager(
    new Channels({
      groups: new GroupTable(),
      scope: undefined,
      get timestamp() {
        return unixTime();
      },
      // It has no streams, whose subscribers could fail.
      report: noop,
      inVain: noop,
      emptying: noop,
    }),
  );
