import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { NODES, play, scheduleOfNodes } from './deeds.js';

/**
 * What PT1 to PT15 are where servers are nodes of a cluster, as far as that is another thing than on one server:
 *
 * | Rule | What it is here | What is not promised |
 * |---|---|---|
 * | PT1 | a recorded message has one place in an epoch, the same on all nodes, unless its sender ended before (`truth`) | a home whose history is in its memory is lost, or on the smaller side of a split: the next one is another epoch, which is told as a gap. Who comes to a node that is not as far yet is told of a gap, and gets once more what it has got |
 * | PT2 | but for what was replaced since, where a node is told late what others have stored | |
 * | PT5 | never twice | what a lost node did is `outcome_unknown` |
 * | PT6 | a session that is handed over ends where it was (`site`) | while the node that has made it is lost or apart it is unknown |
 * | PT7 | of each node and its versions (`served`); at rest of all nodes the same (`rest`) | |
 * | PT8 | also where a client changes to another node, whose own is drained or killed (`comings`) | while a node is apart, or messages between nodes are lost, some may see its clients go (PR14) |
 * | PT10 | any two messages that two members got in one epoch (`order`) | of a channel without a home: only the order of what one node sends, as nobody orders it |
 * | PT13 | at most 2, and the transforms, in the call that sends (`world`) | what gets its place later is not counted |
 * | PT14 | also homes, replicas, sessions that have moved, and who is present elsewhere (`leftThere`) | a home whose history is in its memory is there for an hour (CH3) |
 */
const numRuns = Number(process.env.NODES_RUNS ?? 100);
/** Without shrinking, which takes long. */
const endOnFailure = process.env.NODES_FAST !== undefined;
/** The same schedules each time; `NODES_SEED=0` draws others. */
const seed = Number(process.env.NODES_SEED ?? 1) || undefined;
const path = process.env.NODES_PATH;

/** Not always to the end, as that takes as long as all before it. */
const isToEnd = fc.nat(4).map((n) => n === 0);

describe('any schedule of tabs, networks and servers that are nodes', () => {
  it('keeps what was promised, as far as it is promised there (PT1–PT15)', async () => {
    const property = fc.asyncProperty(scheduleOfNodes, isToEnd, (deeds, isToEnd) =>
      play(deeds, { servers: NODES, isToEnd }),
    );
    const again = { ...(seed && { seed }), ...(path && { path }) };
    await fc.assert(property, { numRuns, endOnFailure, ...again });
  }, 600_000);
});
