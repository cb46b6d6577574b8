import type { System } from '../../runtime/index.js';
import type { Broker } from '../broker/broker.js';
import { Asked } from '../wire/asked.js';
import { Arrivals } from './arrivals.js';
import { Heartbeat } from './heartbeat.js';

/** What a manager is made of, for the folders above. */
export class Inside {
  readonly asked: Asked;
  readonly heartbeat: Heartbeat;
  readonly arrivals: Arrivals;

  constructor(
    readonly system: System,
    readonly broker: Broker,
  ) {
    this.asked = new Asked(broker);
    this.heartbeat = new Heartbeat(broker);
    this.arrivals = new Arrivals(broker, this.heartbeat);
    broker.asked = this.asked;
  }
}

/** The inside of a manager, for other folders of this library. */
export const insideOf: unique symbol = Symbol('rx-process');
