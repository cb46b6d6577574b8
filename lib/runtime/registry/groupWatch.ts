import type { Observable, Subscriber } from 'rxjs';
import type { GroupEvent } from '../../core/index.js';
import { withOne, without } from '../collections/few.js';
import { ProcessStream } from '../mailbox/processStream.js';
import type { Receiver, RunQueue } from '../queue/runQueue.js';
import type { Watch, Watcher } from '../ties/monitor.js';
import {
  checkPlace,
  eventOf,
  type GroupObserver,
  type GroupPlace,
  type GroupTable,
} from './groupTable.js';

/**
 * One subscription to the changes of a group or of a scope (G5). What it is told waits in the run queue,
 * so that nothing runs inside whoever joins (M4); once unsubscribed it passes nothing on.
 */
export class GroupWatch implements GroupObserver, Receiver, Watch {
  readonly #queue: RunQueue;
  readonly #subscriber: Subscriber<GroupEvent>;

  /** `owner` is the process whose code hears of it; none outside. */
  constructor(queue: RunQueue, subscriber: Subscriber<GroupEvent>, owner?: Watcher) {
    this.#queue = queue;
    this.#subscriber = subscriber;
    if (owner === undefined) return;
    owner.watch(this);
    subscriber.add(() => owner.unwatch(this));
  }

  next(event: GroupEvent): void {
    this.#queue.push(this, event);
  }

  receive(event: GroupEvent): void {
    // A closed subscriber takes nothing: what was queued is dropped.
    this.#subscriber.next(event);
  }

  /** The body is over: completes, so that one which awaits a change can go on (E3). */
  abandon(): void {
    this.#subscriber.complete();
  }
}

/** A process's watch of a group, which ends with the body that asked for it. */
export function groupStream(
  process: Watcher & { readonly kernel: { readonly groups: GroupTable } },
  place: GroupPlace,
): Observable<GroupEvent> {
  checkPlace(place);
  const { queue } = process;
  const { groups } = process.kernel;
  return new ProcessStream<GroupEvent>(process, {
    attach: (subscriber) => {
      if (!process.running) return subscriber.complete();
      process.tracer?.asked('monitorGroup', place.group);
      return watchGroup(groups, place, new GroupWatch(queue, subscriber, process));
    },
  });
}

/** Watches one group: the members, then each change. */
export function watchGroup(groups: GroupTable, place: GroupPlace, watch: GroupWatch): () => void {
  const group = groups.open(place);
  // In one turn, so that no change is lost or told twice.
  watch.next(eventOf('members', group.name, group.pids));
  group.watches = withOne(group.watches, watch);
  return () => {
    group.watches = without(group.watches, watch);
    groups.tidy(group);
  };
}

/** Watches every group of a scope, those to come included. */
export function watchScope(
  groups: GroupTable,
  name: string | undefined,
  watch: GroupWatch,
): () => void {
  const scope = groups.openScope(name);
  for (const { name, members, pids } of scope.groups.values()) {
    if (members.size > 0) watch.next(eventOf('members', name, pids));
  }
  scope.watches = withOne(scope.watches, watch);
  return () => {
    scope.watches = without(scope.watches, watch);
    groups.tidyScope(scope);
  };
}
