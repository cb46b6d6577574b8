import type { JSX } from 'preact';

/** What something is doing, in a word, with a dot that says whether that is well. */
export function Status({ of }: { readonly of: string }): JSX.Element {
  return (
    <span class="status" data-kind={KINDS[of] ?? 'other'}>
      {of}
    </span>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  running: 'well',
  open: 'well',
  waiting: 'well',
  held: 'busy',
  starting: 'busy',
  restarting: 'busy',
  stopping: 'ends',
  closing: 'ends',
};
