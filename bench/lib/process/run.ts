// Interleaved rounds, each contender in a child of its own, as lib/rounds.ts does it for servers.
import { hasErlang, runScript } from '../children.js';
import { quiet } from '../cpu.js';
import { progress, rotated } from '../rounds.js';
import { type Case, type CaseName, type Contender, cases } from './cases.js';

/** The figures of each contender's label, in the order of the rounds. */
export type Figures = ReadonlyMap<string, readonly number[]>;

export interface Plan {
  readonly rounds: number;
  /** Processor milliseconds of one timed child, warm-up included. */
  readonly budget: number;
  /** Divides the size of populations, for `--quick`. */
  readonly thinner: number;
  /** Milliseconds that may be spent, over the whole run, on waiting for a quiet machine. */
  patience: number;
}

/** Measures the named cases round by round; a contender that fails ends the run. */
export async function measure(names: readonly CaseName[], plan: Plan) {
  const all = new Map<CaseName, Map<string, number[]>>();
  for (let round = 0; round < plan.rounds; round++) {
    for (const name of names) {
      const measured: Case = cases[name];
      const figures = all.get(name) ?? new Map<string, number[]>();
      all.set(name, figures);
      for (const contender of measured.contenders) {
        if (!figures.has(contender.label)) figures.set(contender.label, []);
      }
      for (const contender of rotated(measured.contenders, round)) {
        if (contender.does === undefined) continue;
        if (contender.peer === 'erlang' && !hasErlang) continue;
        progress(`${round + 1}/${plan.rounds} ${name}: ${contender.label}`);
        plan.patience -= Math.max(0, (await quiet(Math.min(plan.patience, 2_000))) - 200);
        figures.get(contender.label)?.push(await figure(measured, contender, plan));
      }
    }
  }
  progress('');
  return all as ReadonlyMap<CaseName, Figures>;
}

async function figure({ kind, count = 0 }: Case, { peer, does }: Contender, plan: Plan) {
  const size = kind === 'time' ? [plan.budget, count] : [count / plan.thinner];
  const args = [peer, kind, `${does}`, ...size.map(String)];
  const script = peer === 'erlang' ? 'erlang.escript' : 'child.ts';
  const line = await runScript(`lib/process/${script}`, args, 0);
  const found = Number(line);
  if (!(found > 0)) throw new Error(`${args.join(' ')} found '${line}'`);
  return found;
}
