import type { Check } from './check.js';
import { ScriptedServer } from './scriptedServer.js';
import { Stage } from './stage.js';
import type { Subject } from './subject.js';
import { Unexpected } from './unexpected.js';

/**
 * Plays checks with a client, one after the other, and gives the verdict of each when it is there (CL8).
 *
 * @param start starts what has the client (CL9)
 * @param tries how often a check that fails is played before that is its verdict
 */
export async function* runChecks(
  start: () => Subject,
  chosen: readonly Check[],
  tries = 2,
): AsyncGenerator<Verdict> {
  const server = new ScriptedServer();
  await server.listen();
  let program = start();
  const play = async (check: Check): Promise<Verdict> => {
    // One that has crashed fails one check.
    if (program.isOver) program = start();
    const playing = check.run(new Stage(server, program));
    // Where the program ends first, nobody hears how it goes on.
    playing.catch(() => {});
    return verdictOf(check, Promise.race([playing, program.over]));
  };
  try {
    for (const check of chosen) {
      let verdict = await play(check);
      // A client whose processor was busy elsewhere may be late, and is right when it is asked again.
      for (let n = 1; n < tries && !verdict.ok; n++) verdict = await play(check);
      yield verdict;
    }
  } finally {
    await program.end();
    server.close();
  }
}

async function verdictOf(check: Check, playing: Promise<void>): Promise<Verdict> {
  const { name, rules, about } = check;
  const verdict = { check: name, rules, about };
  try {
    await playing;
    return { ...verdict, ok: true };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const { expected, seen } = error;
    return { ...verdict, ok: false, expected, seen };
  }
}

/** What a check has come to. */
export interface Verdict {
  readonly check: string;
  readonly rules: string;
  /** What the client should do. */
  readonly about: string;
  readonly ok: boolean;
  /** Of one that failed. */
  readonly expected?: string;
  readonly seen?: string;
}
