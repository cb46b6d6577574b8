import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Watch } from '../../wire/ask.js';
import { Chain } from './chain.js';
import { chainOf } from './chainOf.js';
import type { Cluster } from './clustersOf.js';
import { Diagram } from './diagram.js';
import { LifeNotes } from './lifeNotes.js';
import { MarkList } from './markList.js';
import { useLife } from './useLife.js';

/** The life of a process as marbles, and of those it sends to, where that is followed. */
export function Life({ ask, onFirst }: LifeProps): JSX.Element | null {
  const [follow, setFollow] = useState(false);
  const life = useLife({ ...ask, follow });
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const chain = useMemo(() => chainOf(life.marks, chosen), [life.marks, chosen]);
  const choose = ({ marks }: Cluster): void => setChosen(marks.map(({ n }) => n));
  const first = life.lanes[0]?.pid;
  useEffect(() => {
    if (first !== undefined) onFirst?.(first);
  }, [first, onFirst]);
  const toggle = (isOn: boolean): void => {
    setFollow(isOn);
    setChosen([]);
  };
  const tools = <FollowCause isOn={follow} onChange={toggle} />;
  // That is told above already.
  if (life.refusal?.code === 'NotFound') return null;
  return (
    <section class="card life" aria-label="Its life">
      {life.refusal ? (
        <p class="problem">{life.refusal.text}</p>
      ) : (
        <Diagram life={life} chain={chain} onChoose={choose} tools={tools}>
          {(until) => (
            <>
              <LifeNotes life={life} isNext={ask.next === true} />
              {chosen.length > 0 && (
                <Chain life={life} chain={chain} onClose={() => setChosen([])} />
              )}
              <MarkList life={life} until={until} onChoose={(n) => setChosen([n])} />
            </>
          )}
        </Diagram>
      )}
    </section>
  );
}

function FollowCause({ isOn, onChange }: FollowCauseProps): JSX.Element {
  return (
    <label class="check">
      <input type="checkbox" checked={isOn} onChange={() => onChange(!isOn)} />
      Follow cause
    </label>
  );
}

interface FollowCauseProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

interface LifeProps {
  readonly ask: Watch & { readonly watch: 'life' };
  /** It is known whose life it is. */
  readonly onFirst?: (pid: string) => void;
}
