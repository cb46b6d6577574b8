// What bench:process measures, on whom, and what must come out: data for run.ts and report.ts.

export type PeerName = 'subject' | 'rx-process' | 'nact' | 'xstate' | 'erlang';

/** One line of a case's table. */
export interface Contender {
  readonly label: string;
  readonly peer: PeerName;
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
const erlang = (does: string): Contender => ({ label: 'Erlang', peer: 'erlang', does });
const nact = (does: string): Contender => ({ label: 'nact', peer: 'nact', does });
const xstate = (does: string): Contender => ({ label: 'xstate', peer: 'xstate', does });
const missing = (peer: 'nact' | 'xstate', why: string): Contender => ({ label: peer, peer, why });

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
      erlang('spawn'),
      nact('spawn'),
      xstate('spawn'),
    ],
  },
  pingpong: {
    title: 'Ping-pong between two, a message',
    kind: 'time',
    contenders: [
      subject('pingPong'),
      library('pingPong', PIPELINE),
      library('pingPongSelfSend', SELF_SEND),
      erlang('pingPong'),
      nact('pingPong'),
      xstate('pingPong'),
    ],
  },
  ring: {
    title: 'Ring of 1,000, a hop',
    kind: 'time',
    contenders: [
      subject('ring'),
      library('ring', PIPELINE),
      erlang('ring'),
      nact('ring'),
      missing('xstate', 'delivers in the sender’s call: stack overflow'),
    ],
  },
  monitor: {
    title: 'Monitor, stop, be told: 10,000 alive',
    kind: 'time',
    count: 10_000,
    contenders: [
      subject('monitor'),
      library('monitor'),
      erlang('monitor'),
      missing('nact', 'no monitor'),
      xstate('monitor'),
    ],
  },
  broadcast: {
    title: 'Broadcast to a group of 10,000, a delivery',
    kind: 'time',
    contenders: [
      subject('broadcast'),
      library('broadcast'),
      erlang('broadcast'),
      missing('nact', 'no groups'),
      missing('xstate', 'no groups'),
    ],
  },
  restart: {
    title: 'A supervised child crashes and is restarted',
    kind: 'time',
    contenders: [
      subject('restart'),
      library('restart'),
      erlang('restart'),
      nact('restart'),
      missing('xstate', 'no supervision'),
    ],
  },
  idle: {
    title: 'Idle process, one subscription to its inbox: 100,000 alive',
    kind: 'bytes',
    count: 100_000,
    contenders: [
      subject('subscription'),
      library('subscription'),
      erlang('subscription'),
      nact('subscription'),
      xstate('subscription'),
    ],
  },
  idlepipe: {
    title: 'Idle process, filter and map: 100,000 alive',
    kind: 'bytes',
    count: 100_000,
    contenders: [
      subject('filterAndMap'),
      library('filterAndMap'),
      missing('nact', 'no pipeline'),
      missing('xstate', 'no pipeline'),
    ],
  },
} as const satisfies Record<string, Case>;
export type CaseName = keyof typeof cases;
export const caseNames = Object.keys(cases) as CaseName[];

/** What a contender must reach beside another of its case, or by itself. */
export interface Target {
  readonly of: CaseName;
  readonly label: string;
  /** `share`: of the other's figure, at most; `speed`: times the other's, at least; `bytes`: at most. */
  readonly kind: 'share' | 'speed' | 'bytes';
  /** The other's label; default the baseline. */
  readonly against?: string;
  readonly bound: number;
}

const message = `rx-process, ${PIPELINE}`;
const byHand = `rx-process, ${SELF_SEND}`;
const life = `rx-process, ${SELF_EXIT}`;

export const targets: readonly Target[] = [
  { of: 'pingpong', label: message, kind: 'share', bound: 2.5 },
  { of: 'pingpong', label: byHand, kind: 'share', bound: 2.2 },
  { of: 'spawn', label: life, kind: 'share', bound: 2 },
  { of: 'spawn', label: `rx-process, ${DONE}`, kind: 'share', bound: 2 },
  { of: 'idle', label: 'rx-process', kind: 'bytes', bound: 1_200 },
  { of: 'idlepipe', label: 'rx-process', kind: 'bytes', bound: 2_200 },
  { of: 'pingpong', label: message, kind: 'speed', against: 'Erlang', bound: 2.5 },
  { of: 'spawn', label: life, kind: 'speed', against: 'Erlang', bound: 2 },
  { of: 'monitor', label: 'rx-process', kind: 'speed', against: 'Erlang', bound: 1 },
  { of: 'idle', label: 'rx-process', kind: 'share', against: 'Erlang', bound: 0.5 },
  { of: 'pingpong', label: message, kind: 'speed', against: 'nact', bound: 8 },
];
