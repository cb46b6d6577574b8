import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Hello } from '../../wire/answer.js';
import type { Server } from './openServer.js';

/** The server, and what it has said of itself: of the last connection, where there is none now. */
export function useServer(): Connected {
  const connected = useContext(ServerContext);
  if (connected === undefined) throw new Error('no server');
  return connected;
}

export const ServerContext = createContext<Connected | undefined>(undefined);

/** What every part of the page may use. */
export interface Connected {
  readonly server: Server;
  readonly hello: Hello;
  /** When something was, on the clock of who looks. */
  readonly dateOf: (at: number) => Date;
}
