import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { frames } from './frames.js';
import type { HomePeople } from './homePeople.js';

/** What other nodes say about their people in the channels whose homes are here. */
export function homePart(
  { broker, own }: { readonly broker: Broker; readonly own: Pick<FellowProcess, 'speaksFor'> },
  homes: () => HomesOf,
): Part {
  /** Of a home that has ended they are told that, and so that nothing is answered any more. */
  const at = (name: string, by: Pid, run: Run, missed = () => {}): void =>
    homes().whenThere(name, by, () => {
      const people = homes().peopleOf(name);
      if (people === undefined) missed();
      else people.whenOpen(() => run(people));
    });
  const of = (pid: Pid, ...[name, by, ...runs]: Parameters<typeof at>): void => {
    if (own.speaksFor(by, pid)) at(name, by, ...runs);
  };
  return {
    takes: [
      taking(frames.joined, (said, by) =>
        of(said[1], said[0], by, (people) => people.joined(by, said)),
      ),
      taking(frames.renewed, (said, by) =>
        of(said[1], said[0], by, (people) => people.renewed(said)),
      ),
      taking(frames.left, ([name, pid, reason], by) =>
        of(pid, name, by, (people) => people.left(pid, reason)),
      ),
      taking(frames.said, (said, by) => {
        const [name, pid, ref, type] = said;
        const missed = (): void => broker.kernel.events.deadLetter(name, `channel.${type}`, pid);
        of(
          pid,
          name,
          by,
          (people) => people.said(by, said),
          ref === undefined ? missed : undefined,
        );
      }),
      taking(frames.admit, ([name, ref, request], by) =>
        of(request.connection.pid, name, by, (people) => people.admit(by, ref, request)),
      ),
      taking(frames.unask, ([name, ref], by) => at(name, by, (people) => people.unask(by, ref))),
    ],
  };
}

/** The homes of this node. */
export interface HomesOf {
  peopleOf(name: string): HomePeople | undefined;
  whenThere(name: string, from: Pid, run: () => void): void;
}

type Run = (people: HomePeople) => void;
