import { Subject } from 'rxjs';
import { createWebSocketManager, type ManagerOptions } from '../../../lib/channels/index.js';
import { Hub, type SocketEvent } from '../../../lib/relay/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../../lib/testing/marbles/fakeSocket.js';
import { config } from '../../relay/connected.js';

/** The time of day at which it all happens, in whole seconds since 1970. */
export const NOW = 1_762_000_000;

/** A manager on a virtual clock, and clients that speak the page's dialect. */
export function scene(options: ManagerOptions = {}) {
  const system = testSystem();
  system.advance(NOW * 1_000 + 999);
  const manager = createWebSocketManager(system, options);
  const hub = new Hub(system);
  /** A client in these channels, and every text that it has got since it was in them. */
  const client = (...channels: string[]): string[] => {
    const socket = fakeSocket({ events$: new Subject<SocketEvent>() });
    const pid = hub.connect(socket, config(manager.pid));
    system.flush();
    for (const name of channels) manager.channels.subscribe(name, String(pid));
    const texts: string[] = [];
    let isWelcome = true;
    socket.actions$.subscribe((action) => {
      if (action.type === 'write' && !isWelcome) texts.push(String(action.data));
      isWelcome = false;
    });
    return texts;
  };
  return { system, manager, client };
}
