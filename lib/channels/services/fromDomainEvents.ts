import { concatMap, EMPTY, type Observable, of } from 'rxjs';
import { knownOptions, ProcessError, shown } from '../../core/index.js';
import { warnProcess } from '../../runtime/index.js';
import { WebSocketMessage } from '../messages/webSocketMessage.js';

/**
 * Makes of an application's events messages to broadcast (B11): type event, by their names, with their payloads as data.
 * An event that has no name, or whose payload has no JSON, is told by `onError` and left out, and the next ones come.
 *
 * @param options `onError`: is given the error (`Invalid`) and the event; what it throws errors the stream. Default: a
 *   Node process warning `DOMAIN_EVENT`, which shows nothing of the payload.
 * @returns a stream that subscribes, completes and errors as `events$` does
 * @throws ProcessError `Invalid` for an unknown option.
 * @example fromDomainEvents(orders$).subscribe((message) => manager.broadcast(message));
 */
export function fromDomainEvents(
  events$: Observable<DomainEvent>,
  options: DomainEventOptions = {},
): Observable<WebSocketMessage> {
  knownOptions('fromDomainEvents', options, { onError: true });
  const { onError = warn } = options;
  return events$.pipe(
    concatMap((event) => {
      const message = messageOf(event);
      if (message instanceof WebSocketMessage) return of(message);
      onError(message, event);
      return EMPTY;
    }),
  );
}

/** Something that has happened in an application. */
export interface DomainEvent {
  /** A text that does not begin with `rx:`. */
  readonly name: string;
  /** Any value that has JSON. */
  readonly payload: unknown;
}

/** Options of `fromDomainEvents`. */
export interface DomainEventOptions {
  readonly onError?: ((error: ProcessError, event: DomainEvent) => void) | undefined;
}

/** The message; or why there is none. */
function messageOf(event: DomainEvent): WebSocketMessage | ProcessError {
  try {
    return WebSocketMessage.event(event.name, event.payload);
  } catch (error) {
    if (error instanceof ProcessError) return error;
    return new ProcessError('Invalid', `${shown(event)} is no event: give { name, payload }`);
  }
}

const warn = ({ message }: ProcessError): void =>
  warnProcess('DOMAIN_EVENT', `fromDomainEvents: an event was left out: ${message}`);
