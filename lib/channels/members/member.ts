import type { DropReason, Pid } from '../../core/index.js';
import { V1 } from '../../protocol/index.js';
import type { EventFields, Line, LineHolder } from '../../relay/index.js';
import type { Process } from '../../runtime/index.js';
import type { Encoded } from '../messages/encoded.js';
import { eventText } from '../messages/replyText.js';
import type { Conversation } from './conversation.js';
import type { Expected, Newcomer, Stream } from './newcomer.js';
import type { Session } from './session.js';

/**
 * A connection as the manager has it.
 *
 * The room `members` has what is known of one client: begin here; `newcomer.ts` is a client before it has a process,
 * `conversation.ts` what it has asked for and waits for, `clientMessage.ts` what it has sent.
 */
export class Member implements LineHolder {
  readonly isV1: boolean;
  /** When a frame last went to it, in whole seconds of the system's uptime. */
  sentAt: number;
  /** When one last went either way, pings of the server aside, which say nothing of how it is used (CL3). */
  activeAt: number;
  /** Why and how it has ended, as far as that is known. */
  closeCode: number | undefined;
  /** What it has asked for and waits for; made when it first asks for something that waits. */
  conversation: Conversation | undefined;
  /** What it goes on with after its connection was lost; only a client of v1 has one (CP22). */
  session: Session | undefined;
  /** Whether another node is asked for its session: what it sends waits for that. */
  isResuming = false;
  readonly connection: Newcomer;
  /** Bytes of the largest message that it may send. */
  readonly payload: number;
  readonly refresh: Expected['refresh'];
  /** Of a client of server-sent events only. */
  readonly stream: Stream | undefined;

  constructor(
    readonly process: Process,
    readonly line: Line,
    expected: Omit<Expected, 'channel' | 'expiresIn'>,
    readonly owner: MemberOwner,
  ) {
    this.connection = expected.connection;
    this.payload = expected.payload;
    this.refresh = expected.refresh;
    this.session = expected.session;
    this.stream = expected.stream;
    this.isV1 = this.connection.protocol === V1;
    this.sentAt = owner.seconds;
    this.activeAt = this.sentAt;
    line.holder = this;
  }

  /** Whether the manager has it still: it may have been closed, or handed over to another process. */
  get isHere(): boolean {
    return this.owner.has(this);
  }

  get pid(): Pid {
    return this.process.pid;
  }

  /** How many channels it is in; a group that the server has put it into by hand counts as one. */
  get channels(): number {
    return this.process.groupCount;
  }

  /** Sends a text frame; `false` if its connection is closing. */
  write(text: string, fields?: EventFields): boolean {
    if (!this.ping(text, fields)) return false;
    this.activeAt = this.sentAt;
    return true;
  }

  /** The same of a ping. */
  ping(text: string, fields?: EventFields): boolean {
    if (!this.line.write(text, fields)) return false;
    this.sentAt = this.owner.seconds;
    this.owner.sent(1);
    return true;
  }

  /** Sends a message that goes to others as well; whoever sends it counts them all. */
  send(message: Encoded, seconds: number): boolean {
    this.sentAt = seconds;
    if (!message.isPing) this.activeAt = seconds;
    if (this.stream === undefined) return this.line.write(this.isV1 ? message.v1 : message.plain);
    return this.line.write(message.plain, this.fieldsOf(message));
  }

  /** What an event says beside a message: where that is, if it is of the channel whose positions the client is told. */
  fieldsOf(message: Encoded): EventFields | undefined {
    return this.stream?.channel === message.channel ? message.fields : undefined;
  }

  /** Sends an event of the library's own, in a channel (B28, B31). */
  tell(channel: string, event: string, data: unknown): void {
    this.write(eventText(channel, event, data, this.owner.timestamp));
  }

  released(code: number): void {
    this.closeCode = code;
    this.owner.released(this);
  }
}

/** Who holds the members. */
export interface MemberOwner {
  /** The system's uptime in whole seconds, read once a batch. */
  readonly seconds: number;
  /** The time of day, in whole seconds since 1970. */
  readonly timestamp: number;
  has(member: Member): boolean;
  /** An answer to what is over, which is a drop event. */
  stray(topic: string): void;
  /** Tells of a message of a client that nobody gets. */
  drop(pid: Pid, reason: DropReason): void;
  /** Counts what was sent. */
  sent(count: number): void;
  /** Its process ends. */
  released(member: Member): void;
  /** Tells of what a function of a user has thrown. */
  report(what: string, error: unknown): void;
}
