import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { defer } from 'rxjs';
import { announce } from '../common/announcer.js';
import { Modal } from '../common/modal.js';
import type { Refusal } from '../server/dialogue.js';
import { useServer } from '../server/useServer.js';
import type { Action, Field } from './actions.js';

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

function ActionDialog({ action, onClose }: ActionDialogProps): JSX.Element {
  const { server } = useServer();
  const [problem, setProblem] = useState('');
  const act = (form: HTMLFormElement, close: () => void): void => {
    const values = Object.fromEntries(new FormData(form)) as Readonly<Record<string, string>>;
    defer(() => server.ask(action.ask(values))).subscribe({
      next: (done) => {
        announce(done);
        close();
      },
      error: (reason: Refusal | Error) =>
        setProblem(reason instanceof Error ? reason.message : reason.text),
    });
  };
  return (
    <Modal title={action.title} onClose={onClose}>
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act(event.currentTarget, close);
          }}
        >
          <p>{action.warning}</p>
          {action.fields.map((field) => (
            <Input key={field.name} {...field} />
          ))}
          <p class="problem" role="alert">
            {problem}
          </p>
          <div class="buttons">
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" class={action.isDangerous ? 'danger is-main' : 'is-main'}>
              {action.verb}
            </button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function Input({ name, label, value, isLong }: Field): JSX.Element {
  return (
    <label class="field is-stacked">
      {label}
      {isLong ? (
        <textarea name={name} rows={4} defaultValue={value} />
      ) : (
        <input name={name} defaultValue={value} />
      )}
    </label>
  );
}

interface ActionDialogProps {
  readonly action: Action;
  readonly onClose: () => void;
}
