import { type Pid, topic } from '../../core/index.js';
import type { Stats } from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';
import type { JoinRequest } from '../definitions/joinHook.js';
import type { Remembered } from '../members/onceReplies.js';

/**
 * What nodes say to each other about channels: each topic with its payload, a short array. *Fellow* is the process of a
 * manager on a node, *home* that of a channel. `text` is a message in the dialect of the page, which was made once.
 */
export const frames = {
  // --- a node that has members of a channel, and the channel's home ---------------------------------
  /** To the home: its members are here. The home answers `attended`, and tells it everything from then on. */
  attend: topic<Attend>('rx:ch.attend'),
  attended: topic<Attended>('rx:ch.attended'),
  /** To the home: nobody is here any more. */
  unattend: topic<readonly [channel: string]>('rx:ch.unattend'),
  /** To the home: a client has been further than the replica here, so that is to be `attended` anew. */
  where: topic<readonly [channel: string]>('rx:ch.where'),
  /** To the home: a message for the channel. */
  send: topic<Send>('rx:ch.send'),
  /** Of the home: all until this count of the fellow's messages have their places. */
  got: topic<Got>('rx:ch.got'),
  /** Of the home: a message that has its place, counted without a hole for each fellow. */
  cast: topic<Cast>('rx:ch.cast'),

  // --- free channels, and everybody -------------------------------------------------------------------
  /** By a broadcast to the group of a channel. */
  spread: topic<Spread>('rx:ch.spread'),
  /** To each fellow: for all its connections. */
  all: topic<All>('rx:ch.all'),

  // --- the process of a channel (at its home), and clients of other nodes -----------------------------
  joined: topic<Joined>('rx:ch.joined'),
  /** It has joined once more, or its client has refreshed. */
  renewed: topic<Joined>('rx:ch.renewed'),
  left: topic<readonly [channel: string, pid: Pid, reason: string]>('rx:ch.left'),
  said: topic<SaidThere>('rx:ch.said'),
  admit: topic<readonly [channel: string, ref: number, request: JoinRequest]>('rx:ch.admit'),
  /** To the home: nobody waits any more for the answer to what was said, or to a join. */
  unask: topic<readonly [channel: string, ref: number]>('rx:ch.unask'),
  /** Of the home, to what was said or to a join; one that is late is no answer any more. */
  answer: topic<AnswerThere>('rx:ch.answer'),
  /** Of the home, to what was said without a ref: why it was refused. */
  refused: topic<RefusedThere>('rx:ch.refused'),
  push: topic<readonly [channel: string, pid: Pid, text: string]>('rx:ch.push'),
  /** Of the home, or of who has it end by `unsubscribe`: a membership ends. */
  expel: topic<Expel>('rx:ch.expel'),

  // --- deleting -----------------------------------------------------------------------------------------
  delete: topic<readonly [channel: string]>('rx:ch.delete'),
  deleted: topic<readonly [channel: string]>('rx:ch.deleted'),

  // --- fellows among themselves ---------------------------------------------------------------------------
  /** Who is present by the word of this node. */
  here: topic<Here>('rx:ch.here'),
  /** To who has made a session, or who has it: a client of it is here. */
  resume: topic<readonly [ref: number, claim: Claim, isForwarded: boolean]>('rx:ch.resume'),
  resumed: topic<readonly [ref: number, secret: string, answer: HandedOver]>('rx:ch.resumed'),
  /** To all: the reply to a once-request of a session that has gone on. */
  kept: topic<readonly [secret: string, id: number, text: string]>('rx:ch.kept'),
  /** To who has made them: these sessions are here. */
  held: topic<readonly [secrets: readonly string[]]>('rx:ch.held'),
  /** The same: nobody can come back to it any more. */
  over: topic<readonly [secret: string]>('rx:ch.over'),
  /** How many are connected, and all that was counted, if it is news. */
  figures: topic<readonly [connections: number, stats: Stats | undefined]>('rx:ch.figures'),
} as const;

/**
 * `have`: where its replica is, if it has one. `people`: of a channel with a behaviour. `shown`: up to where its members were
 * shown the stream.
 */
export type Attend = readonly [
  channel: string,
  have: Place | undefined,
  people: readonly PersonThere[],
  shown: Place | undefined,
];

/** A place in a history, as it crosses. */
export type Place = readonly [epoch: string, offset: number];

/** `isKnown`: to a process of the channel that has ended. */
export type PersonThere = readonly [
  pid: Pid,
  connection: Connection,
  params: unknown,
  isKnown: boolean,
];

/** Where the stream of the channel is; `entries` are all of it, or those above `have`. */
export type Attended = readonly [
  channel: string,
  stream: Extent | undefined,
  entries: readonly EntryThere[],
  isWhole: boolean,
  /** How many of the fellow's messages have their places. */
  got: number,
];

export type Extent = readonly [epoch: string, top: number, floor: number];
export type EntryThere = readonly [
  offset: number,
  at: number,
  key: string | undefined,
  text: string,
];

/** Whom a message is for, where it is not for all: these, and not those. */
export type Aim = readonly [
  only: readonly string[] | undefined,
  except: readonly string[] | undefined,
];

/** `n`: the fellow's count for this channel. `key`, `isRecorded`: as the caller has said. */
export type Send = readonly [
  channel: string,
  n: number,
  text: string,
  key: string | undefined,
  isRecorded: boolean,
  aim: Aim | undefined,
];

export type Got = readonly [channel: string, n: number];

/** `x` is 1 for the first behind `attended`. Without an offset it was not recorded. */
export type Cast = readonly [
  channel: string,
  x: number,
  text: string,
  place: CastPlace | undefined,
  aim: Aim | undefined,
];

export type CastPlace = readonly [offset: number, at: number, key: string | undefined];

export type Spread = readonly [text: string, aim: Aim | undefined];
export type All = readonly [text: string, aim: Aim | undefined];
export type Joined = readonly [channel: string, pid: Pid, connection: Connection, params: unknown];

/** `ref`: where the client waits for an answer. */
export type SaidThere = readonly [
  channel: string,
  pid: Pid,
  ref: number | undefined,
  type: 'text' | 'json' | 'event',
  event: string | undefined,
  data: unknown,
  isChecked: boolean,
  size: number,
];

/** Where it went well `json`, of a reply or of a `Joining`, else why it did not. */
export type AnswerThere = readonly [
  channel: string,
  ref: number,
  json: string | undefined,
  failure: FailureThere | undefined,
];

export type RefusedThere = readonly [channel: string, pid: Pid, failure: FailureThere];

export type FailureThere = readonly [
  code: string,
  text: string | undefined,
  /** `ErrorOptions`, as JSON. */
  options: string,
  /** Whether no process has had it. */
  isRefusal: boolean,
];

export type Expel = readonly [
  channel: string,
  pid: Pid,
  code: string,
  text: string | undefined,
  mayRetry: boolean | undefined,
];

/** `rest`: of how many messages more this is everything; `undefined`: of what has changed. */
export type Here = readonly [rest: number | undefined, rows: readonly PresentThere[]];
/** `items`: JSON of them, in which a text stays as it is, whatever is in it. `left`: refs. */
export type PresentThere = readonly [channel: string, items: string, left: readonly string[]];

/** Who says that a session is his: `n` counts his dials. */
export type Claim = readonly [secret: string, n: number, identity: string | undefined];
/** What belongs to a session, or why it is not handed over; `late`: it is claimed by a newer connection. */
export type HandedOver = SessionThere | 'unknown' | 'expired' | 'identity' | 'late';
/** Its once-requests, and as whom it lingers in which channels, as JSON. */
export type SessionThere = readonly [
  once: Remembered | undefined,
  presence: readonly (readonly [channel: string, item: string])[],
];
