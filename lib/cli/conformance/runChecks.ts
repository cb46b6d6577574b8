import type { Check } from './check.js';
import { comebackChecks } from './comebackChecks.js';
import { connectionChecks } from './connectionChecks.js';
import { presenceChecks } from './presenceChecks.js';
import { Program } from './program.js';
import { recoveryChecks } from './recoveryChecks.js';
import { requestChecks } from './requestChecks.js';
import { ScriptedServer } from './scriptedServer.js';
import { sessionChecks } from './sessionChecks.js';
import { Stage } from './stage.js';
import { subscriptionChecks } from './subscriptionChecks.js';
import { tokenChecks } from './tokenChecks.js';
import { Unexpected } from './unexpected.js';

/**
 * Plays checks with a client, one after the other, and gives the verdict of each when it is there (CL8).
 *
 * @param command starts the client's program (CL9)
 * @param tries how often a check that fails is played before that is its verdict
 */
export async function* runChecks(
  command: string,
  chosen: readonly Check[],
  tries = 2,
): AsyncGenerator<Verdict> {
  const server = new ScriptedServer();
  await server.listen();
  let program = new Program(command);
  try {
    for (const check of chosen) {
      let verdict: Verdict | undefined;
      // A client whose processor was busy elsewhere may be late, and is right when it is asked again.
      for (let n = 1; n <= tries && verdict?.ok !== true; n++) {
        // One that has crashed fails one check.
        if (program.ended !== undefined) program = new Program(command);
        server.begin(`${check.name}-${n}`);
        verdict = await verdictOf(check, new Stage(server, program));
      }
      yield verdict as Verdict;
    }
  } finally {
    await program.end();
    server.close();
  }
}

async function verdictOf(check: Check, stage: Stage): Promise<Verdict> {
  const { name, rules, about } = check;
  const verdict = { check: name, rules, about };
  try {
    await check.run(stage);
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

/** All checks, in the order in which they are played. */
export const allChecks: readonly Check[] = [
  ...connectionChecks,
  ...requestChecks,
  ...comebackChecks,
  ...tokenChecks,
  ...subscriptionChecks,
  ...recoveryChecks,
  ...sessionChecks,
  ...presenceChecks,
];
