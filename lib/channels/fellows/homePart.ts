import type { Pid, Topic } from '../../core/index.js';
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
  const ofClient = <P extends readonly [name: string, pid: Pid, ...unknown[]]>(
    topic: Topic<P>,
    run: (people: HomePeople, said: P, by: Pid) => void,
  ) =>
    taking(topic, (said, by) => {
      if (own.speaksFor(by, said[1])) at(said[0], by, (people) => run(people, said, by));
    });
  return {
    takes: [
      ofClient(frames.joined, (people, said, by) => people.joined(by, said)),
      ofClient(frames.renewed, (people, said) => people.renewed(said)),
      ofClient(frames.left, (people, [, pid, reason]) => people.left(pid, reason)),
      taking(frames.said, (said, by) => {
        const [name, pid, ref, type] = said;
        const missed = (): void => broker.kernel.events.deadLetter(name, `channel.${type}`, pid);
        if (!own.speaksFor(by, pid)) return;
        at(name, by, (people) => people.said(by, said), ref === undefined ? missed : undefined);
      }),
      taking(frames.admit, ([name, ref, request], by) => {
        if (!own.speaksFor(by, request.connection.pid)) return;
        at(name, by, (people) => people.admit(by, ref, request));
      }),
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
