import type { Observable } from 'rxjs';
import type { Watch } from '../wire/ask.js';
import { channelDetail, channelRow, channels } from './channels.js';
import { Connections } from './connections.js';
import { eventsView } from './eventsView.js';
import type { Efforts, Hubs, Means } from './means.js';
import { overview } from './overview.js';
import { processes, processRow } from './processes.js';
import { processView } from './processView.js';
import { treeView } from './treeView.js';

export type { Efforts, Hubs };

/**
 * What one page may see of a system beside lives. Nothing is looked at before somebody subscribes, and nothing afterwards.
 *
 * The room `views` has a file for each of them: begin here; `listing.ts` is how very many rows are sorted and filtered.
 */
export class Views {
  readonly #means: Means;
  readonly #processes;
  readonly #connections: Connections;
  readonly #channels;

  constructor(means: Means) {
    this.#means = means;
    this.#processes = processes(means);
    this.#connections = new Connections(means);
    this.#channels = channels(means);
  }

  of(watch: Exclude<Watch, { readonly watch: 'life' }>): Observable<unknown> {
    const { system, hubs, payloads } = this.#means;
    switch (watch.watch) {
      case 'overview':
        return overview(system, hubs);
      case 'processes':
        return this.#processes.watch(watch, processRow);
      case 'tree':
        return treeView(this.#means);
      case 'process':
        return processView(system, watch.pid);
      case 'connections':
        return this.#connections.watch(watch);
      case 'channels':
        return this.#channels.watch(watch, channelRow);
      case 'channel':
        return channelDetail(system, watch.name);
      case 'events':
        return eventsView(system, watch, payloads);
    }
  }
}
