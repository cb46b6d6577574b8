import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useServer } from '../server/useServer.js';
import { ActionDialog } from './actionDialog.js';
import type { Action } from './actions.js';

/** A button that does something after a dialogue has said what; nothing where the server allows no actions. */
export function ActionButton({ action }: { readonly action: Action }): JSX.Element | null {
  const { hello } = useServer();
  const [isOpen, setOpen] = useState(false);
  if (!hello.actions) return null;
  return (
    <>
      <button
        type="button"
        class={action.isDangerous ? 'danger' : ''}
        onClick={() => setOpen(true)}
      >
        {action.verb}…
      </button>
      {isOpen && <ActionDialog action={action} onClose={() => setOpen(false)} />}
    </>
  );
}
