import type { Observable } from 'rxjs';
import { kernelOf, type System } from '../../runtime/index.js';
import type { Effort } from '../effort.js';
import type { Watch } from '../wire/ask.js';
import { channelDetail, channelRow, channels } from './channels.js';
import { Connections } from './connections.js';
import { eventsView } from './eventsView.js';
import { type Hubs, overview } from './overview.js';
import { processes, processRow } from './processes.js';
import { processView } from './processView.js';
import { treeView } from './treeView.js';

export type { Hubs };

/**
 * What one page may see of a system beside lives. Nothing is looked at before somebody subscribes, and nothing afterwards.
 *
 * The room `views` has a file for each of them: begin here; `listing.ts` is how very many rows are sorted and filtered.
 */
export class Views {
  readonly #system: System;
  readonly #hubs: Hubs;
  readonly #payloads: boolean;
  readonly #effort: Effort;
  readonly #processes;
  readonly #connections: Connections;
  readonly #channels;

  /** @param hubs the relays whose connections are shown @param effort for what may be long */
  constructor(system: System, hubs: Hubs, payloads: boolean, effort: Effort) {
    this.#system = system;
    this.#hubs = hubs;
    this.#payloads = payloads;
    this.#effort = effort;
    this.#processes = processes(system[kernelOf], effort);
    this.#connections = new Connections(system, hubs, effort);
    this.#channels = channels(system, effort);
  }

  of(watch: Exclude<Watch, { readonly watch: 'life' }>): Observable<unknown> {
    const system = this.#system;
    switch (watch.watch) {
      case 'overview':
        return overview(system, this.#hubs);
      case 'processes':
        return this.#processes.watch(watch, processRow);
      case 'tree':
        return treeView(system, this.#effort);
      case 'process':
        return processView(system, watch.pid);
      case 'connections':
        return this.#connections.watch(watch);
      case 'channels':
        return this.#channels.watch(watch, channelRow);
      case 'channel':
        return channelDetail(system, watch.name);
      case 'events':
        return eventsView(system, watch, this.#payloads);
    }
  }
}
