import { map, type Observable } from 'rxjs';
import { type WebSocketManager, websocketManagers } from '../../channels/index.js';
import { insideOf, type Pid } from '../../core/index.js';
import { type Line, lineOf } from '../../relay/index.js';
import { infoOf, kernelOf, type Process, type System } from '../../runtime/index.js';
import type { ConnectionSort, Window } from '../wire/ask.js';
import type { ConnectionPage, ConnectionRow } from '../wire/page.js';
import { Listing } from './listing.js';
import type { Hubs, Means } from './means.js';

/** The connections of a system, the page's own not among them, with the channels that they are in (DV9). */
export class Connections {
  readonly #system: System;
  readonly #hubs: Hubs;
  readonly #listing: Listing<Connected, ConnectionSort>;

  constructor({ system, hubs, effort }: Means) {
    this.#system = system;
    this.#hubs = hubs;
    this.#listing = new Listing(system[kernelOf], effort, {
      items: () => this.#all(),
      texts: ({ process, line }) => [process.pid, line.route.target, ...this.#who(process.pid)],
      keys: {
        pid: undefined,
        target: ({ line }) => line.route.target,
        buffered: ({ line }) => line.buffered,
        received: ({ line }) => line.traffic?.read ?? 0,
        sent: ({ line }) => line.traffic?.written ?? 0,
        uptime: ({ process }) => -process.since,
      },
    });
  }

  watch(window: Window<ConnectionSort>): Observable<ConnectionPage> {
    const row = (connected: Connected) => this.#row(connected);
    return this.#listing
      .watch(window, row)
      .pipe(map((page) => ({ ...page, closes: this.#closes })));
  }

  *#all(): Iterable<Connected> {
    const pids = this.#hubs().flatMap((hub) => hub.connections());
    const { processes } = this.#system[kernelOf];
    for (const { pid } of pids) {
      const process = processes.get(pid);
      const line = process && lineOf(process);
      if (process !== undefined && line !== undefined) yield { process, line };
    }
  }

  #row({ process, line }: Connected): ConnectionRow {
    const { pid, status, uptime } = infoOf(process);
    const [who] = this.#who(pid);
    return {
      ...{ pid, status, uptime, target: line.route.target, buffered: line.buffered },
      ...{ received: line.traffic?.read ?? 0, sent: line.traffic?.written ?? 0 },
      channels: this.#managers.flatMap((manager) => manager.channels.getSubscribedChannels(pid)),
      ...((who ?? line.key) !== undefined && { who: who ?? (line.key as string) }),
    };
  }

  /** The identity that an application has given, if it has. */
  #who(pid: Pid): string[] {
    return this.#managers.flatMap((manager) => identityOf(manager, pid) ?? []);
  }

  get #managers(): readonly WebSocketManager[] {
    return websocketManagers(this.#system);
  }

  get #closes(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { counters } of this.#hubs()) {
      for (const [code, count] of counters.closes) sums[code] = (sums[code] ?? 0) + count;
    }
    return sums;
  }
}

/** A connection and its process. */
interface Connected {
  readonly process: Process;
  readonly line: Line;
}

export const identityOf = (manager: WebSocketManager, pid: Pid): string | undefined =>
  manager[insideOf].broker.members.get(pid)?.connection.identity;
