import { type ExitReason, type SystemEvent, textOf } from '../../core/index.js';
import { cutText } from './cutText.js';

/** An event on one line, without any payload (DV10). */
export const eventText = (event: SystemEvent): string => cutText(textOfEvent(event), MOST);

/** Characters. */
const MOST = 2_000;

function textOfEvent(event: SystemEvent): string {
  switch (event.type) {
    case 'spawned':
      return `${event.name ?? 'a process'} by ${event.parent ?? 'the application'}`;
    case 'upgraded':
      return `to ${event.id}`;
    case 'exited':
      return reasonText(event.reason);
    case 'deadLetter':
      return `${times(event.count)}${event.topic} from ${event.from ?? 'outside'} to ${event.to}: ${event.reason}`;
    case 'drop':
      return `${times(event.count)}${event.reason}${event.topic === undefined ? '' : ` (${event.topic})`}`;
    case 'handlerError':
      return textOf(() => event.error);
    case 'nodeUp':
      return event.node;
    case 'nodeDown':
      return `${event.node}: ${event.reason}`;
    case 'warning':
      return `${event.code}: ${event.message}`;
  }
}

/** Why a process has ended. */
export const reasonText = (reason: ExitReason): string =>
  reason.type === 'error' ? textOf(() => reason.error) : reason.type;

const times = (count: number): string => (count === 1 ? '' : `${count} × `);
