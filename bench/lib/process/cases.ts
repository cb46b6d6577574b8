// What bench:process measures, on whom, and what must come out: data for run.ts and report.ts.

/** One line of a case's table. */
export interface Contender {
  readonly label: string;
  readonly peer: 'subject' | 'rx-process' | 'nact';
  /** The name of its workload or population; without one the peer has no such thing, and `why`. */
  readonly does?: string;
  readonly why?: string;
}

export interface Case {
  readonly title: string;
  readonly kind: 'time' | 'bytes';
  /** How many at once, where the case fixes it; else a timed child does as many as fit. */
  readonly count?: number;
  readonly contenders: readonly Contender[];
}

/** Every ratio is to this label. */
export const baseline = 'Subject + trampoline';

const subject = (does: string, label = baseline): Contender => ({ label, peer: 'subject', does });
const library = (does: string, how = ''): Contender => ({
  label: how === '' ? 'rx-process' : `rx-process, ${how}`,
  peer: 'rx-process',
  does,
});
const nact = (does: string): Contender => ({ label: 'nact', peer: 'nact', does });
const notInNact = (why: string): Contender => ({ label: 'nact', peer: 'nact', why });

const PIPELINE = 'inbox.pipe(map(send))';
const SELF_SEND = 'self.send in a subscriber';
const DONE = 'inbox.pipe(map(done))';
const SELF_EXIT = 'self.exit in a subscriber';

export const cases = {
  spawn: {
    title: 'Spawn, one message, exit',
    kind: 'time',
    contenders: [
      subject('spawn'),
      // What of a pipeline's price is rxjs's own.
      subject('spawnMapped', `${baseline}, pipe(map)`),
      library('spawnSelfExit', SELF_EXIT),
      library('spawn', DONE),
      nact('spawn'),
    ],
  },
  pingpong: {
    title: 'Ping-pong between two, a message',
    kind: 'time',
    contenders: [
      subject('pingPong'),
      library('pingPong', PIPELINE),
      library('pingPongSelfSend', SELF_SEND),
      nact('pingPong'),
    ],
  },
  ring: {
    title: 'Ring of 1,000, a hop',
    kind: 'time',
    contenders: [subject('ring'), library('ring', PIPELINE), nact('ring')],
  },
  monitor: {
    title: 'Monitor, stop, be told: 10,000 alive',
    kind: 'time',
    count: 10_000,
    contenders: [subject('monitor'), library('monitor'), notInNact('no monitor')],
  },
  idle: {
    title: 'Idle process, one subscription to its inbox: 100,000 alive',
    kind: 'bytes',
    count: 100_000,
    contenders: [subject('subscription'), library('subscription'), nact('subscription')],
  },
  idlepipe: {
    title: 'Idle process, filter and map: 100,000 alive',
    kind: 'bytes',
    count: 100_000,
    contenders: [subject('filterAndMap'), library('filterAndMap'), notInNact('no pipeline')],
  },
} as const satisfies Record<string, Case>;
export type CaseName = keyof typeof cases;
export const caseNames = Object.keys(cases) as CaseName[];

/** An upper bound: of the ratio to the baseline, or of the bytes themselves. */
export interface Target {
  readonly of: CaseName;
  readonly label: string;
  readonly kind: 'ratio' | 'bytes';
  readonly bound: number;
}

export const targets: readonly Target[] = [
  { of: 'pingpong', label: `rx-process, ${PIPELINE}`, kind: 'ratio', bound: 2.5 },
  { of: 'pingpong', label: `rx-process, ${SELF_SEND}`, kind: 'ratio', bound: 2.2 },
  { of: 'spawn', label: `rx-process, ${SELF_EXIT}`, kind: 'ratio', bound: 2 },
  { of: 'spawn', label: `rx-process, ${DONE}`, kind: 'ratio', bound: 2 },
  { of: 'idle', label: 'rx-process', kind: 'bytes', bound: 1_200 },
  { of: 'idlepipe', label: 'rx-process', kind: 'bytes', bound: 2_200 },
];
