import type { Broker } from '../broker/broker.js';
import type { ClientsElsewhere } from '../broker/clientsElsewhere.js';
import { FarPresence } from './farPresence.js';
import { FarSessions } from './farSessions.js';
import type { FellowProcess, Part } from './fellowProcess.js';
import { Figures } from './figures.js';
import { tagOf } from './tagOf.js';

/** What this node knows of the clients of other nodes, and they of its own. */
export class FarClients implements ClientsElsewhere {
  readonly tag: string;
  readonly presence: FarPresence;
  readonly sessions: FarSessions;
  readonly figures: Figures;

  constructor(broker: Broker, own: FellowProcess) {
    // Only a node with a name is in a cluster.
    this.tag = tagOf(broker.kernel.node as string);
    this.presence = new FarPresence(broker, own);
    this.sessions = new FarSessions(broker, own, this.presence);
    this.figures = new Figures(broker, own);
  }

  get parts(): readonly Part[] {
    return [this.presence, this.sessions, this.figures];
  }
}
