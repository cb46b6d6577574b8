// The chat of ../18b-frameworks.ts with React. What is said is an observable, which `useObservable` renders.
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { connectChannels } from 'rx-process/client';
import { map, merge, scan } from 'rxjs';
import { said, say } from '../lib/chatEvents.js';
import { useObservable } from './useObservable.js';

const client = connectChannels(`/ws${location.search}`);
const room = client.channel('chat:lobby', { rewind: 50 });
const lines$ = merge(
  room.events(said).pipe(map(({ user, text }) => `${user}: ${text}`)),
  room.gaps$.pipe(map(() => '… some messages are missing here')),
).pipe(scan((lines, line) => [...lines, line], [] as readonly string[]));

function Chat() {
  const lines = useObservable(lines$) ?? [];
  const present = useObservable(room.presence$) ?? [];
  const state = useObservable(client.state$);
  return (
    <>
      <ul className="present" aria-label="Who is here">
        {present.map(({ key }) => (
          <li key={key}>{key}</li>
        ))}
      </ul>
      <ol role="log" aria-label="Messages">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added, at the end
          <li key={index}>{line}</li>
        ))}
      </ol>
      <Composer />
      <p role="status">{state?.status}</p>
    </>
  );
}

function Composer() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const submit = () =>
    room.request(say, { text }, { once: true }).subscribe({
      next: () => setText(''),
      error: ({ message }) => setProblem(`not sent: ${message}`),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <input
        aria-label="Message"
        autoComplete="off"
        required
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit">Send</button> {problem}
    </form>
  );
}

/** Whoever leaves is out of the room, and gets what was said before on entering again. */
function Door() {
  const [isIn, setIn] = useState(true);
  return (
    <>
      {isIn && <Chat />}
      <button type="button" onClick={() => setIn(!isIn)}>
        {isIn ? 'Leave' : 'Enter'}
      </button>
    </>
  );
}

// In development StrictMode mounts each component twice: the room is subscribed once all the same.
createRoot(document.querySelector('main') as HTMLElement).render(
  <StrictMode>
    <Door />
  </StrictMode>,
);
