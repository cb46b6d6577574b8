import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ClientState } from '../../client/index.js';
import type { Server } from './server/openServer.js';
import { useStream } from './server/useStream.js';

/** Says that the server is not connected, and when it is tried again; nothing while all is well. */
export function ConnectionState({ server }: { readonly server: Server }): JSX.Element {
  const state = useStream(server.state$, IDLE);
  const [wasOpen, setWasOpen] = useState(false);
  useEffect(() => {
    if (state.status === 'open') setWasOpen(true);
  }, [state.status]);
  const isLost = state.status === 'waiting' || (wasOpen && state.status !== 'open');
  return (
    <div role="status" class={isLost ? 'banner' : 'banner is-quiet'}>
      {isLost && `Disconnected. What you see is as it was. ${wait(state)}`}
      {!isLost && !wasOpen && 'Connecting …'}
    </div>
  );
}

const IDLE: ClientState = { status: 'idle' };

function wait(state: ClientState): string {
  return state.status === 'waiting' ? 'It is tried again in a moment.' : 'Connecting …';
}
