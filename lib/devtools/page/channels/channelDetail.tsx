import type { JSX } from 'preact';
import type { ChannelDetail as View } from '../../wire/page.js';
import { ActionButton } from '../actions/actionButton.js';
import { actions } from '../actions/actions.js';
import { Detail } from '../common/detail.js';
import { type Fact, Facts } from '../common/facts.js';
import { format } from '../common/format.js';
import { hrefOf, processHref } from '../common/routeOf.js';
import { useWatch } from '../server/useWatch.js';

/** One channel: who is in it, and who is present. */
export function ChannelDetail({ name }: { readonly name: string }): JSX.Element {
  const { value, refusal, hasEnded } = useWatch<View>({ watch: 'channel', name });
  const note = refusal?.text ?? (hasEnded ? 'It is gone.' : undefined);
  return (
    <Detail title={name} back="channels" note={note}>
      {value && <Facts facts={factsOf(value)} />}
      {value && value.present.length > 0 && (
        <>
          <h4>Present</h4>
          <ul class="tags">
            {value.present.slice(0, SHOWN).map(({ key, count }) => (
              <li key={key} class="tag">
                {count > 1 ? `${key} (${count})` : key}
              </li>
            ))}
          </ul>
          {value.present.length > SHOWN && (
            <p class="soft">and {format.count(value.present.length - SHOWN)} more</p>
          )}
        </>
      )}
      {value && <Connections view={value} />}
    </Detail>
  );
}

/** How many who are present are told by name. */
const SHOWN = 50;

function Connections({ view }: { readonly view: View }): JSX.Element {
  const { connections, members, name } = view;
  return (
    <>
      <h4>Connections</h4>
      <ul class="lines">
        {connections.map(({ pid, who = pid }) => (
          <li key={pid}>
            <a href={hrefOf({ tab: 'connections', at: pid })}>{who}</a>
            {who !== pid && <code>{pid}</code>}
            <ActionButton action={actions.kick(pid, name, who)} />
          </li>
        ))}
      </ul>
      {members > connections.length && (
        <p class="soft">
          and {format.count(members - connections.length)} more, of this node or of others.
        </p>
      )}
    </>
  );
}

function factsOf({ members, offset, process, presence, history }: View): readonly Fact[] {
  return [
    ['Members', format.count(members)],
    ...(offset === undefined ? [] : [['Messages', format.count(offset)] as Fact]),
    ['Presence', presence ? 'kept' : 'none'],
    ['History', history ? 'kept' : 'none'],
    ...(process === undefined
      ? []
      : [
          [
            'Process',
            <a key={process} href={processHref(process)}>
              {process}
            </a>,
          ] as Fact,
        ]),
  ];
}
