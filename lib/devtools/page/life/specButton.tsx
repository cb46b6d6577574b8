import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Lane } from '../../wire/life.js';
import { announce } from '../common/announcer.js';
import { Modal } from '../common/modal.js';
import { hrefOf } from '../common/routeOf.js';
import type { Refusal } from '../server/dialogue.js';
import { useServer } from '../server/useServer.js';
import { copyText } from './copyText.js';

/** Makes a spec of what a lane has shown, copies it and shows it; or says why that cannot be, and what helps. */
export function SpecButton({ lane, life }: SpecButtonProps): JSX.Element {
  const { server } = useServer();
  const [made, setMade] = useState<Made>();
  const make = (): void => {
    server.ask({ spec: { life, pid: lane.pid } }).subscribe({
      next: (text) => setMade({ text }),
      error: (refusal: Refusal) => setMade({ refusal }),
    });
  };
  const close = (): void => setMade(undefined);
  return (
    <>
      <button type="button" class="small" onClick={make}>
        Copy as spec<span class="visually-hidden"> the life of {lane.label}</span>
      </button>
      {made && 'text' in made && <SpecDialog text={made.text} onClose={close} />}
      {made && 'refusal' in made && (
        <RefusalDialog lane={lane} refusal={made.refusal} onClose={close} />
      )}
    </>
  );
}

function SpecDialog({ text, onClose }: SpecDialogProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const copy = (): void => void copySpec(text, field.current);
  useEffect(() => void copySpec(text, field.current), [text]);
  return (
    <Modal title="A spec of what was recorded" onClose={onClose}>
      {(close) => (
        <>
          <textarea
            ref={field}
            class="code"
            aria-label="The spec"
            readOnly
            rows={18}
            value={text}
            wrap="off"
          />
          <div class="buttons">
            <button type="button" onClick={close}>
              Close
            </button>
            <button type="button" class="is-main" onClick={copy}>
              Copy
            </button>
          </div>
        </>
      )}
    </Modal>
  );
}

async function copySpec(text: string, field: HTMLTextAreaElement | null): Promise<void> {
  const isCopied = await copyText(text, field);
  announce(
    isCopied
      ? 'The spec is in the clipboard.'
      : 'The browser does not let the page copy: copy it by hand.',
  );
}

function RefusalDialog({ lane, refusal, onClose }: RefusalDialogProps): JSX.Element {
  const { hello } = useServer();
  return (
    <Modal title="No spec can be made of this" onClose={onClose}>
      {(close) => (
        <>
          <p>{refusal.text}</p>
          <div class="buttons">
            <button type="button" onClick={close}>
              Close
            </button>
            {hello.payloads && refusal.code === 'Invalid' && (
              <a class="button is-main" href={hrefOf({ tab: 'next', at: lane.label })}>
                Record the next one
              </a>
            )}
          </div>
        </>
      )}
    </Modal>
  );
}

type Made = { readonly text: string } | { readonly refusal: Refusal };

interface SpecButtonProps {
  readonly lane: Lane;
  /** The number of the watch that has recorded it. */
  readonly life: number;
}

interface SpecDialogProps {
  readonly text: string;
  readonly onClose: () => void;
}

interface RefusalDialogProps {
  readonly lane: Lane;
  readonly refusal: Refusal;
  readonly onClose: () => void;
}
