import { connectChannels } from '/rx-process/client.js';

const main = document.querySelector('main');
const [lines, present, state] = ['#lines', '#present', '#state'].map((each) =>
  document.querySelector(each),
);
const [enter, say] = document.querySelectorAll('form');

enter.addEventListener('submit', (event) => {
  event.preventDefault();
  enter.hidden = true;
  main.hidden = false;
  connect(enter.user.value);
  say.text.focus();
});

/** Connects, and again whenever the connection is lost: then it goes on where it was. */
function connect(user) {
  const client = connectChannels(`/ws?${new URLSearchParams({ user })}`);
  const room = client.channel('chat:lobby', { rewind: 50 });
  room.events('said').subscribe(({ user, text }) => show(`${user}: ${text}`));
  room.presence$.subscribe((list) => {
    present.textContent = `Here: ${list.map(({ key }) => key).join(', ')}`;
  });
  room.gaps$.subscribe(() => show('some messages are missing here', 'notice'));
  client.errors$.subscribe(({ message }) => show(message, 'notice'));
  room.state$.subscribe(({ status }) => {
    const isConnected = status === 'subscribed';
    state.textContent = isConnected ? 'connected' : 'not connected, trying again …';
    say.querySelector('button').disabled = !isConnected;
  });
  say.addEventListener('submit', (event) => {
    event.preventDefault();
    if (room.send('say', { text: say.text.value })) say.reset();
  });
}

function show(text, className = '') {
  const line = document.createElement('li');
  Object.assign(line, { textContent: text, className });
  lines.append(line);
  line.scrollIntoView();
}
