import { isNameUp } from './heardPeer.js';
import { parseNodeId } from './incarnate.js';
import type { State } from './state.js';

/**
 * What becomes of a PID of another node (D3): `up`, it can be reached; `beginning`, the answer comes later, as one of
 * the effects `up`, `end` and `absent`, at the latest after `silence` (D32); `noproc`, its name is up under another
 * incarnation, so the process is certainly dead; `noconnection`, else.
 */
export type Absence = 'up' | 'beginning' | 'noproc' | 'noconnection';

export function absence(state: State, id: string): Absence {
  const peer = state.peers.get(id);
  if (peer?.phase === 'up') return 'up';
  const parts = parseNodeId(id);
  if (parts === undefined) return 'noconnection';
  if (peer !== undefined && peer.waited < state.plan.silence) return 'beginning';
  return isNameUp(state, parts.name) ? 'noproc' : 'noconnection';
}
