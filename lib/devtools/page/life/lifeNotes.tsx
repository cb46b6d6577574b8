import type { JSX } from 'preact';
import type { Mark } from '../../wire/life.js';
import { format } from '../common/format.js';
import { useServer } from '../server/useServer.js';
import { type LifeState, skippedIn } from './foldLife.js';

/** What has to be known to read the diagram rightly. */
export function LifeNotes({ life, isNext }: LifeNotesProps): JSX.Element {
  const { hello } = useServer();
  const skipped = skippedIn(life);
  return (
    <div class="notes soft">
      <p role="status">
        {skipped > 0 && `Sampled: ${format.count(skipped)} events were too many to be drawn. `}
        {life.hasEnded && `It has ended: ${life.marks.findLast(isEnd)?.name ?? 'unseen'}. `}
        {life.lanes.length === 0 &&
          (isNext ? 'Waiting for it to begin …' : 'Waiting for the server …')}
      </p>
      {!hello.payloads && (
        <p>
          Payloads are hidden: <code>devtools(system, {'{ payloads: true }'})</code> shows them.
        </p>
      )}
    </div>
  );
}

const isEnd = ({ row }: Mark): boolean => row === 'end';

interface LifeNotesProps {
  readonly life: LifeState;
  readonly isNext: boolean;
}
