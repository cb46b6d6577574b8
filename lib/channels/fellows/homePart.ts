import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { type Part, taking } from './fellowProcess.js';
import { frames } from './frames.js';
import type { HomePeople } from './homePeople.js';

/** What other nodes say about their people in the channels whose homes are here. */
export function homePart({ kernel }: Broker, homes: () => HomesOf): Part {
  /** Of a home that has ended they are told that, and so that nothing is answered any more. */
  const at = (name: string, from: Pid, run: Run, missed = () => {}): void =>
    homes().whenThere(name, from, () => {
      const people = homes().peopleOf(name);
      if (people === undefined) missed();
      else people.whenOpen(() => run(people));
    });
  return {
    takes: [
      taking(frames.joined, (said, by) => at(said[0], by, (people) => people.joined(by, said))),
      taking(frames.renewed, (said, by) => at(said[0], by, (people) => people.renewed(said))),
      taking(frames.left, ([name, pid, reason], by) =>
        at(name, by, (people) => people.left(pid, reason)),
      ),
      taking(frames.said, (said, by) => {
        const [name, pid, ref, type] = said;
        const missed = (): void => kernel.events.deadLetter(name, `channel.${type}`, pid);
        at(name, by, (people) => people.said(by, said), ref === undefined ? missed : undefined);
      }),
      taking(frames.admit, ([name, ref, request], by) =>
        at(name, by, (people) => people.admit(by, ref, request)),
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
