import { filter, map, type Observable } from 'rxjs';
import { type Message, ProcessError, type Ref, shown } from '../../core/index.js';
import {
  type Checked,
  check,
  type EventPayload,
  type EventType,
  type Issue,
  isEventType,
} from '../../protocol/index.js';
import type { Connection } from '../definitions/connection.js';
import { ClientMessage, type FailOptions } from '../members/clientMessage.js';
import { misfit } from '../messages/misfit.js';
import { checks } from './checks.js';
import { type RoomEvent, room } from './room.js';

/**
 * Lets the events of one type through, with the types of their data and reply: in the process of a channel, and from
 * `manager.messages$`. What does not fit the schema, and was checked by nobody before, does not come through: its client
 * is answered `invalid_data` with the path (B20).
 *
 * @throws ProcessError `Invalid` for what is no event, such as its name, which would let nothing through.
 * @example inbox.pipe(ofEvent(say), map((message) => emit(said, message.data)))
 * @example manager.messages$.pipe(ofEvent(sum)).subscribe(({ data, reply }) => reply(data.a + data.b));
 */
export function ofEvent<Data, Reply>(event: EventType<Data, Reply>) {
  if (!isEventType(event)) {
    throw new ProcessError('Invalid', `ofEvent: give what event(…) has made, not ${shown(event)}`);
  }
  return <M extends Message | ClientMessage>(
    source: Observable<M>,
  ): Observable<M extends ClientMessage ? ClientEvent<Data, Reply> : RoomMessage<Data, Reply>> =>
    source.pipe(
      map((message) =>
        message instanceof ClientMessage ? ofClient(event, message) : ofRoom(event, message),
      ),
      filter((message) => message !== undefined),
    ) as Observable<never>;
}

/** An event in the process of a channel: the message, so that `reply(message, …)` works, with what is in it. */
export interface RoomMessage<Data, Reply = unknown>
  extends Message<RoomEvent & { readonly data: Data }, Reply> {
  readonly data: Data;
  readonly connection: Connection;
}

/** An event that no process takes. */
export interface ClientEvent<Data, Reply = unknown> {
  readonly connection: Connection;
  readonly channel: string | undefined;
  readonly payload: { readonly event: string; readonly data: Data };
  readonly data: Data;
  /** As that of `ClientMessage`. */
  readonly reply: (value: Reply) => boolean;
  readonly fail: (code: string, message: string, options?: FailOptions) => boolean;
}

function ofClient<Data, Reply>(
  event: EventType<Data, Reply>,
  message: ClientMessage,
): ClientEvent<Data, Reply> | undefined {
  const payload = message.payload as EventPayload;
  if (message.type !== 'event' || payload.event !== event.name) return undefined;
  const checked = checkUnless(ClientMessage.isChecked(message), event, payload.data);
  if ('issues' in checked) {
    const { issues: details } = checked;
    message.fail('invalid_data', misfit(event.name, details), { details });
    return undefined;
  }
  const { connection, channel } = message;
  const data = checked.value;
  return {
    ...{ connection, channel, data, payload: { event: event.name, data } },
    reply: (value) => message.reply(value),
    fail: (...failure) => message.fail(...failure),
  };
}

function ofRoom<Data, Reply>(
  event: EventType<Data, Reply>,
  message: Message,
): RoomMessage<Data, Reply> | undefined {
  const payload = message.payload as RoomEvent;
  if (message.topic !== room.event || payload.event !== event.name) return undefined;
  const known = checks.get(payload);
  const checked = checkUnless(known?.isDone === true, event, payload.data);
  if ('issues' in checked) {
    refuse(event, checked.issues, known);
    return undefined;
  }
  const given = { ...payload, data: checked.value };
  if (known !== undefined) checks.set(given, known);
  return new Given(message, given) as RoomMessage<Data, Reply>;
}

/**
 * A message with what is in it at hand: by getters, so that a command about it is equal to one about the message in the
 * `values` of a diagram.
 */
class Given<Data> implements RoomMessage<Data> {
  readonly topic: string;
  readonly from: Message['from'];
  declare readonly ref?: Ref;

  constructor(
    { topic, from, ref }: Message,
    readonly payload: RoomEvent & { readonly data: Data },
  ) {
    this.topic = topic;
    this.from = from;
    if (ref !== undefined) this.ref = ref;
  }

  get data(): Data {
    return this.payload.data;
  }

  get connection(): Connection {
    return this.payload.connection;
  }
}

/** What was checked before may have been changed by it, so that it would not fit again. */
const checkUnless = <Data>(
  isDone: boolean,
  { data }: EventType<Data>,
  value: unknown,
): Checked<Data> => (isDone ? { value: value as Data } : check(data, value));

/** An event that no client has sent has nobody to be told but who runs the process. @throws ProcessError `Invalid`. */
function refuse(
  event: EventType,
  issues: readonly Issue[],
  known: ReturnType<typeof checks.get>,
): void {
  if (known === undefined) throw new ProcessError('Invalid', misfit(event.name, issues));
  known.refuse(issues);
}
