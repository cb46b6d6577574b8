const main = document.querySelector('main');
const lines = document.querySelector('#lines');
const state = document.querySelector('#state');
const [enter, say] = document.querySelectorAll('form');

const CHANNEL = 'chat:lobby';

let socket;

enter.addEventListener('submit', (event) => {
  event.preventDefault();
  enter.hidden = true;
  main.hidden = false;
  connect(enter.user.value);
  say.text.focus();
});

function connect(user) {
  // A client that names the protocol is also told what was wrong, and that it was thrown out.
  socket = new WebSocket(`/ws/${CHANNEL}?${new URLSearchParams({ user })}`, 'rx-process.v1');
  socket.onopen = () => tell('connected', true);
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = () => {
    tell('not connected, trying again …', false);
    setTimeout(connect, 1_000 + 1_000 * Math.random(), user);
  };
}

function tell(text, isConnected) {
  state.textContent = text;
  say.querySelector('button').disabled = !isConnected;
}

/** Messages are `{ type, payload, … }`; the payload of an event is `{ event, data }`. */
function receive({ type, payload, error }) {
  if (error) show(error.message, 'notice');
  if (type !== 'event') return;
  const { event, data } = payload;
  if (event === 'said') show(`${data.user}: ${data.text}`);
  if (event === 'came') show(`${data.user} is here`, 'notice');
  if (event === 'went') show(`${data.user} has left`, 'notice');
  if (event === 'rx:unsubscribed') tell(data.message, false);
}

function show(text, className = '') {
  const line = document.createElement('li');
  Object.assign(line, { textContent: text, className });
  lines.append(line);
  line.scrollIntoView();
}

say.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = { text: say.text.value };
  socket.send(JSON.stringify({ type: 'event', channel: CHANNEL, payload: { event: 'say', data } }));
  say.reset();
});
