import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A dialogue above the page: it has the focus until it is closed, also by Escape, and then gives it back. */
export function Modal({ title, children, onClose }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="modal" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children(() => dialog.current?.close())}
    </dialog>
  );
}

interface ModalProps {
  readonly title: string;
  /** `close` closes it, so that the focus goes back to where it was. */
  readonly children: (close: () => void) => ComponentChildren;
  /** It is closed. */
  readonly onClose: () => void;
}
