import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { defer } from 'rxjs';
import { announce } from '../common/announcer.js';
import { Modal } from '../common/modal.js';
import type { Refusal } from '../server/dialogue.js';
import { useServer } from '../server/useServer.js';
import type { Action, Field } from './actions.js';

/** Says what an action does, asks for what it needs, and does it; or says why not, and may be asked again. */
export function ActionDialog({ action, onClose }: ActionDialogProps): JSX.Element {
  return (
    <Modal title={action.title} onClose={onClose}>
      {(close) => <ActionForm action={action} close={close} />}
    </Modal>
  );
}

function ActionForm({ action, close }: ActionFormProps): JSX.Element {
  const { server } = useServer();
  const [problem, setProblem] = useState('');
  const act = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    defer(() => server.ask(action.ask(values as Record<string, string>))).subscribe({
      next: () => {
        announce(action.done);
        close();
      },
      error: (reason: Refusal | Error) =>
        setProblem(reason instanceof Error ? reason.message : reason.text),
    });
  };
  return (
    <form onSubmit={act}>
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

interface ActionFormProps {
  readonly action: Action;
  readonly close: () => void;
}
