import { UNSUPPORTED, V1 } from '../../protocol/index.js';
import { type Answer, ask, knock } from './knock.js';
import { once } from './once.js';
import { pagesOf } from './pagesOf.js';
import { reach, secure } from './reach.js';
import type { Announced, Entered, Seen, Silence, Spoken, Stranger } from './seen.js';
import type { Site } from './site.js';
import { type Closed, Visit } from './visit.js';
import { within } from './within.js';

/**
 * What can be seen of a server from outside; it is looked at when it is asked for, and once. There is one connection at a
 * time, and each is counted and closed.
 */
export class Examination {
  readonly site: Site;
  /** How many connections were opened. */
  connections = 0;
  readonly #onWait: (millis: number) => void;

  /** @param onWait is told, at first and each second, for how many milliseconds the silent connection was watched */
  constructor(site: Site, onWait: (millis: number) => void) {
    this.site = site;
    this.#onWait = onWait;
  }

  readonly reached = once(() => this.#count(reach(this.site)));

  readonly secured = once(() => this.#count(secure(this.site)));

  /** What a plain request is answered. */
  readonly plain = once(() => this.#count(ask(this.site)));

  /** Which pages may connect: the right one; else what the application takes for its own. */
  readonly entry = once(async (): Promise<Seen> => {
    const refused: { page: Entered['page']; answer: Answer }[] = [];
    for (const page of pagesOf(this.site)) {
      const outcome = await this.#knock(page.origin, this.#offer);
      if (outcome instanceof Visit) {
        const pong = await outcome.ping();
        const { headers, welcome } = outcome;
        const closed = await outcome.leave();
        return { refused, entered: { page, headers, welcome, pong, closed } };
      }
      refused.push({ page, answer: outcome });
      if (outcome.status !== 403) break;
    }
    return { refused };
  });

  /** How it went with the page that may; a `Refused` where there is none. */
  readonly entered = once(async (): Promise<Entered> => {
    const { entered, refused } = await this.entry();
    if (entered !== undefined) return entered;
    throw new Refused((refused[0] as (typeof refused)[number]).answer);
  });

  /** How pages are answered that must not connect. */
  readonly strangers = once(async (): Promise<readonly Stranger[]> => {
    const seen: Stranger[] = [];
    for (const origin of STRANGERS.filter((each) => each !== this.site.page)) {
      const outcome = await this.#knock(origin, this.#offer);
      if (outcome instanceof Visit) await outcome.leave();
      seen.push(outcome instanceof Visit ? { origin } : { origin, answer: outcome });
    }
    return seen;
  });

  /** What a client of channels is told. */
  readonly spoken = once(async (): Promise<Spoken> => {
    const { page } = await this.entered();
    const outcome = await this.#knock(page.origin, [V1, ...this.site.protocols, UNSUPPORTED]);
    if (!(outcome instanceof Visit)) return { answer: outcome };
    await outcome.ping();
    await outcome.leave();
    return { protocol: outcome.protocol, hello: outcome.welcome };
  });

  /** How a close arrives that the server begins, since it speaks nothing of what is offered. */
  readonly farewell = once(async (): Promise<Closed> => {
    const visit = await this.#enter([...this.site.protocols, UNSUPPORTED]);
    return (await within(visit.closed, this.site.timeout)) ?? visit.cut();
  });

  /** How a message of so many bytes is taken. @param isRight whether it should be, so that nobody waits for its refusal */
  async announce(size: number, isRight: boolean): Promise<Announced> {
    const { pong = 0 } = await this.entered();
    const visit = await this.#enter(this.#offer);
    visit.announce(size);
    const end = await within(visit.closed, isRight ? pong + QUIET : this.site.timeout);
    await visit.cut();
    return { size, end };
  }

  /** What becomes of a connection over which the client sends nothing. */
  readonly silence = once(async (): Promise<Silence> => {
    const { idle, protocols } = this.site;
    const spoken = await this.spoken();
    const isV1 = 'protocol' in spoken && spoken.protocol === V1;
    const visit = await this.#enter(isV1 ? [V1, ...protocols] : this.#offer);
    const begun = performance.now();
    this.#onWait(0);
    const clock = setInterval(() => this.#onWait(performance.now() - begun), TICK);
    const end = await within(visit.closed, idle);
    clearInterval(clock);
    if (end === undefined) await visit.leave();
    const { pings, heard } = visit;
    return { idle, pings, heard, ...(end && { end }) };
  });

  /** What is offered where it does not matter: nothing, unless a token comes by this way. */
  get #offer(): readonly string[] {
    const { protocols } = this.site;
    return protocols.length === 0 ? [] : [V1, ...protocols, UNSUPPORTED];
  }

  /** Connects as the page that may; a `Refused` where that is not let in any more. */
  async #enter(protocols: readonly string[]): Promise<Visit> {
    const { page } = await this.entered();
    const outcome = await this.#knock(page.origin, protocols);
    if (outcome instanceof Visit) return outcome;
    throw new Refused(outcome);
  }

  #knock(origin: string | undefined, protocols: readonly string[]): Promise<Visit | Answer> {
    return this.#count(knock(this.site, origin, protocols));
  }

  #count<T>(connecting: Promise<T>): Promise<T> {
    this.connections++;
    return connecting;
  }
}

/** A connection was refused to a page that had one before. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused by ${answer.status}`);
    this.answer = answer;
  }
}

/** Pages that must not connect: one of another site, and one that any site can make, in a sandboxed frame. */
const STRANGERS = ['https://attacker.example', 'null'];

/** Milliseconds beside the way in which something before the server refuses a message for its length. */
const QUIET = 500;

/** Milliseconds. */
const TICK = 1_000;
