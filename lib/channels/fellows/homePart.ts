import type { Broker } from '../broker/broker.js';
import { type Part, taking } from './fellowProcess.js';
import { frames } from './frames.js';
import type { HomePeople } from './homePeople.js';

/** What other nodes say about their people in the channels whose homes are here. */
export function homePart(
  { kernel }: Broker,
  peopleOf: (name: string) => HomePeople | undefined,
): Part {
  /** Of a home that has ended they are told that, and so that nothing is answered any more. */
  const at = (name: string, run: (people: HomePeople) => void): boolean => {
    const people = peopleOf(name);
    people?.whenOpen(() => run(people));
    return people !== undefined;
  };
  return {
    takes: [
      taking(frames.joined, (said, from) => at(said[0], (people) => people.joined(from, said))),
      taking(frames.renewed, (said) => at(said[0], (people) => people.renewed(said))),
      taking(frames.left, ([name, pid, reason]) => at(name, (people) => people.left(pid, reason))),
      taking(frames.said, (said, from) => {
        const [name, pid, ref, type] = said;
        const isTaken = at(name, (people) => people.said(from, said));
        if (!isTaken && ref === undefined) kernel.events.deadLetter(name, `channel.${type}`, pid);
      }),
      taking(frames.admit, ([name, ref, request], from) =>
        at(name, (people) => people.admit(from, ref, request)),
      ),
      taking(frames.unask, ([name, ref], from) => at(name, (people) => people.unask(from, ref))),
    ],
  };
}
