import { EMPTY, first, ignoreElements, type Observable, Subject, tap } from 'rxjs';
import { act, type Behavior, type Message, type Pid } from '../../../lib/index.js';
import type { Metadata } from '../../../lib/protocol/index.js';
import { Hub, type HubOptions } from '../../../lib/relay/index.js';
import { type Connected, config, connectTo } from '../../relay/connected.js';
import { type Node, type Nodes, nodesOf } from '../support/nodes.js';

/** Nodes of a cluster in virtual time; clients are connected to the first one. */
export interface Relayed extends Nodes {
  readonly hub: Hub;
  readonly first: Node;
  readonly second: Node;
  connect(target: Pid, metadata?: Metadata): Connected;
}

/** Such nodes, whose names are the letters of a text. */
export function relayed(
  names: string,
  { hub: hubOptions, ...options }: Parameters<typeof nodesOf>[1] & { hub?: HubOptions } = {},
): Relayed {
  const made = nodesOf([...names], options);
  const [first, second] = made.nodes as [Node, Node];
  const hub = new Hub(first.system, { closeTimeout: '5s', ...hubOptions });
  const connect = (target: Pid, metadata: Metadata = {}): Connected =>
    connectTo(hub, first.system, { ...config(target), metadata });
  return { ...made, hub, first, second, connect };
}

/** A message of the relay, with what it says beside the connection. */
export function said({ topic, payload }: Message): string {
  const { data, reason, metadata } = Object(payload) as Record<string, unknown>;
  const text = typeof data === 'string' ? data : data && `bytes ${data}`;
  const { user } = Object(metadata) as { readonly user?: string };
  return [topic, text ?? reason, user].filter((part) => part !== undefined).join(' ');
}

/** Writes down what it reads. */
export const listener =
  (log: unknown[]): Behavior =>
  (inbox) =>
    inbox.pipe(
      tap((message) => log.push(said(message))),
      ignoreElements(),
    );

/** Lets so many messages be handled, and then no more. */
export class Gate {
  #budget = 0;
  readonly #opened = new Subject<void>();

  let(count: number): void {
    this.#budget += count;
    this.#opened.next();
  }

  pass(): Observable<void> {
    const take1 = (): boolean => this.#budget > 0 && this.#budget-- > 0;
    return take1() ? EMPTY : this.#opened.pipe(first(take1));
  }
}

/** Handles one message at a time, each until the gate lets it pass. */
export const slow =
  (log: unknown[], gate: Gate): Behavior =>
  (inbox) =>
    inbox.pipe(
      act((message) => {
        log.push(said(message));
        return gate.pass();
      }),
    );

/** What a socket was asked to do, in brief. */
export const acts = ({ socket }: Connected): string[] =>
  socket.actions.map((action) => {
    if (action.type === 'write') {
      return typeof action.data === 'string' ? action.data : `bytes ${action.data}`;
    }
    return action.type === 'close' ? `close ${action.code} ${action.reason}` : action.type;
  });
