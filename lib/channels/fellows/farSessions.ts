import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { SessionsElsewhere } from '../broker/clientsElsewhere.js';
import { Session } from '../members/session.js';
import { Adoption } from './adoption.js';
import type { FarPresence } from './farPresence.js';
import { type FellowProcess, type Part, taking } from './fellowProcess.js';
import { type Claim, frames, type HandedOver } from './frames.js';
import { Questions } from './questions.js';
import { tagOfPid } from './tagOf.js';

/**
 * Sessions whose clients come back at another node (CN40). The node that has made a session is known by the tag in its
 * secret, and as long as it lives it is the one that is asked: it hands the session over, or has it handed over by the node
 * that has it by now.
 */
export class FarSessions implements Part, SessionsElsewhere {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #questions: Questions;
  readonly #adoption: Adoption;
  /** Sessions that were made here, by their secrets: who has them now. Freed by its word, and by its loss. */
  readonly #moved = new Map<string, Pid>();
  /** Who asks for a session that is being handed over from one fellow to another. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly takes = [
    taking(frames.resume, ([ref, claim, isForwarded], from) => {
      const answer = (given: HandedOver): void => {
        this.#own.tell(from, frames.resumed, [ref, claim[0], given]);
      };
      this.#serve(claim, from, isForwarded, answer);
    }),
    taking(frames.resumed, ([ref, secret, answer], from) => {
      if (this.#questions.take(ref, answer, from) || typeof answer === 'string') return;
      // Its client was told that nobody knows it.
      this.#own.tell(from, frames.over, [secret]);
    }),
    taking(frames.kept, ([secret, id, text]) => {
      if (!this.#adoption.answered(secret, id, text)) this.#questions.keep(secret, id, text);
    }),
    taking(frames.held, ([secrets], from) => {
      for (const secret of secrets) this.#hasMoved(secret, from);
    }),
    taking(frames.over, ([secret], from) => {
      if (this.#moved.get(secret) === from) this.#moved.delete(secret);
    }),
  ];

  constructor(broker: Broker, own: FellowProcess, presence: FarPresence) {
    this.#broker = broker;
    this.#own = own;
    this.#questions = new Questions(broker, own);
    this.#adoption = new Adoption(broker, presence);
    broker.sessions.ended = ({ secret }) => {
      if (!this.#adoption.ended(secret) || broker.hasEnded) return;
      const maker = this.#makerOf(secret);
      if (maker !== undefined) own.tell(maker, frames.over, [secret]);
    };
  }

  // --- a client comes back here ---------------------------------------------------------------------

  fetch(...[secret, n, member, done]: Parameters<SessionsElsewhere['fetch']>): boolean {
    const claim: Claim = [secret, n, member.connection.identity];
    const isOwn = this.#isOwn(secret);
    const to = isOwn ? this.#moved.get(secret) : this.#makerOf(secret);
    if (to === undefined && !this.#waiting.has(secret)) return false;
    const settle: Parameters<Questions['ask']>[3] = (answer, kept) => {
      if (typeof answer === 'string') return done(answer);
      this.#adoption.take(claim, answer, member, kept);
      if (isOwn) this.#moved.delete(secret);
      done('resumed');
    };
    if (isOwn) this.#forward(claim, undefined, settle);
    else this.#questions.ask(to as Pid, claim, false, settle);
    return true;
  }

  // --- a client comes back at another node ----------------------------------------------------------

  /** Somebody asks for a session, which is here, or was made here. */
  #serve(claim: Claim, by: Pid | undefined, isForwarded: boolean, answer: Answer): void {
    const [secret] = claim;
    const found = this.#broker.sessions.find(secret);
    // Who asks from here finds it by itself now.
    if (found instanceof Session) answer(by ? this.#handOver(found, claim, by) : 'unknown', []);
    else if (found === 'expired' || isForwarded) answer(found, []);
    else this.#forward(claim, by, answer);
  }

  /** Has a session that was made here handed over by who has it, to one after the other. */
  #forward(claim: Claim, by: Pid | undefined, answer: Answer): void {
    const [secret] = claim;
    const to = this.#moved.get(secret);
    const queue = this.#waiting.get(secret);
    if (queue !== undefined) queue.push(() => this.#serve(claim, by, false, answer));
    else if (to === undefined || to === by) answer('unknown', []);
    else {
      this.#waiting.set(secret, []);
      this.#questions.ask(to, claim, true, (given, kept) => {
        if (given === 'unknown') this.#moved.delete(secret);
        else if (typeof given !== 'string' && by !== undefined) this.#hasMoved(secret, by);
        answer(given, kept);
        const others = this.#waiting.get(secret) ?? [];
        this.#waiting.delete(secret);
        for (const serve of others) serve();
      });
    }
  }

  /** Gives all that belongs to a session; from now on it is not here. */
  #handOver(session: Session, claim: Claim, by: Pid): HandedOver {
    const { secret } = session;
    const given = this.#adoption.give(session, claim, this.#own.pid, (id, text) => {
      this.#questions.keep(secret, id, text);
      // Whoever has it by now takes it.
      this.#own.tellAll(frames.kept, [secret, id, text]);
    });
    if (typeof given !== 'string') this.#hasMoved(secret, by);
    return given;
  }

  /** Who has a session that was made here. */
  #hasMoved(secret: string, to: Pid): void {
    if (!this.#isOwn(secret)) return;
    this.#moved.delete(secret);
    const [oldest] = this.#moved.keys();
    const isFull = this.#moved.size >= this.#broker.limits.sessions;
    if (isFull && oldest !== undefined) this.#moved.delete(oldest);
    this.#moved.set(secret, to);
  }

  // --- fellows --------------------------------------------------------------------------------------

  fellowUp(fellow: Pid): void {
    const tag = `${tagOfPid(fellow)}.`;
    const secrets = [...this.#adoption.secrets].filter((secret) => secret.startsWith(tag));
    if (secrets.length > 0) this.#own.tell(fellow, frames.held, [secrets]);
  }

  fellowDown(fellow: Pid): void {
    for (const [secret, to] of this.#moved) if (to === fellow) this.#moved.delete(secret);
    this.#questions.lose(fellow);
    this.#adoption.lose(fellow);
  }

  end(): void {
    this.#questions.end();
    this.#adoption.end();
  }

  /** What is kept of sessions of other nodes, or of own ones that are there; 0 when all have ended. */
  get size(): number {
    return this.#moved.size + this.#questions.size + this.#adoption.size + this.#waiting.size;
  }

  #isOwn(secret: string): boolean {
    return secret.startsWith(`${this.#broker.tag}.`);
  }

  /** The fellow that has made a session. */
  #makerOf(secret: string): Pid | undefined {
    return [...this.#own.fellows].find((each) => secret.startsWith(`${tagOfPid(each)}.`));
  }
}

type Answer = Parameters<Questions['ask']>[3];
