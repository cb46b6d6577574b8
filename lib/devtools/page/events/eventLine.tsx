import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { EventRow } from '../../wire/eventsView.js';
import { processHref } from '../common/routeOf.js';
import { useServer } from '../server/useServer.js';

/** One event; the payload of a dead letter is shown to who asks for it. */
export function EventLine({ event }: { readonly event: EventRow }): JSX.Element {
  const { hello, dateOf } = useServer();
  const [isOpen, setOpen] = useState(false);
  const { at, type, pid, text, payload } = event;
  return (
    <li class="event" data-type={type}>
      <time>{dateOf(at).toLocaleTimeString('en-GB')}</time>
      <span class="type">{type}</span>
      <span class="text">
        {pid !== undefined && <a href={processHref(pid)}>{pid}</a>} {text}
      </span>
      {type === 'deadLetter' && (
        <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Payload
        </button>
      )}
      {isOpen && <code class="payload">{payload ?? why(hello.payloads)}</code>}
    </li>
  );
}

const why = (payloads: boolean): string =>
  payloads
    ? 'It came before anybody looked, and was not kept.'
    : 'Payloads are hidden: devtools(system, { payloads: true }) shows them.';
