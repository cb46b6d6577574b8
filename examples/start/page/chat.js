import { connectChannels } from '/rx-process/client.js';
import { avatar, byId, element, nameOf } from './dom.js';
import { addLine, clearLines, lastLine } from './lines.js';
import { showState } from './state.js';
import { hideTyping, mayTell, showTyping, startAnew } from './typing.js';

/** How many messages of before are shown to whoever comes. */
const REWIND = 100;
const MISSED = {
  epoch: 'the server has begun a new history',
  expired: 'you were away for too long',
  too_many: 'there were too many',
};
/** After these a message may have been said all the same. */
const UNSURE = ['timeout', 'disconnected', 'outcome_unknown'];
const text = byId('text');
let client;
let room;
let me = '';
/** Who was here when it was last told, if it was. */
let present;
/** The connection of this visit: `kept`, `lost` for now, or `regained`. */
let connection;

/** The form to join with, filled in from the last time and from `?room=`. */
export function startChat() {
  byId('user').value = localStorage.getItem('user') ?? '';
  byId('room').value = new URLSearchParams(location.search).get('room') ?? 'lobby';
  byId('entrance').addEventListener('submit', (event) => {
    event.preventDefault();
    join(cleaned('room'), cleaned('user'));
  });
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    say();
  });
  text.addEventListener('input', () => {
    // Who is not in the room yet tells it with the next letter.
    if (text.value !== '' && mayTell() && !room.send('typing', null)) startAnew();
  });
  byId('leave').addEventListener('click', leave);
  byId('crash').addEventListener('click', () => room.send('crash', null));
}

const cleaned = (id) => byId(id).value.trim().normalize();

function join(name, user) {
  if (name === '' || user === '') return;
  me = user;
  connection = 'kept';
  localStorage.setItem('user', user);
  history.replaceState(null, '', `?${new URLSearchParams({ room: name })}`);
  clearLines();
  show(name);
  client = connectChannels(`/ws?${new URLSearchParams({ user })}`);
  room = client.channel(`chat:${name}`, { rewind: REWIND });
  showState(byId('chat-state'), client.state$);
  client.state$.subscribe(showConnection);
  room.gaps$.subscribe(({ reason }) => note(`Messages are missing here: ${MISSED[reason]}`, true));
  room.presence$.subscribe({ next: showPresent, error: () => {} });
  room.messages$.subscribe({ next: receive, error: ({ message }) => note(message, true) });
  text.focus();
}

function leave() {
  client.close();
  show(undefined);
}

function showConnection({ status, resumed }) {
  for (const id of ['send', 'crash']) byId(id).disabled = status !== 'open';
  if (status === 'waiting' && connection !== 'lost') {
    connection = 'lost';
    note('Connection lost', true);
  } else if (status === 'open' && connection === 'lost') {
    connection = 'regained';
    note('Connected again');
  }
  // In another session all come anew.
  if (status === 'open' && !resumed) present = undefined;
}

function show(room) {
  byId('chat-title').replaceChildren(room === undefined ? 'Chat' : nameOf(`# ${room}`));
  byId('entrance').hidden = room !== undefined;
  byId('conversation').hidden = room === undefined;
  byId('leave').hidden = room === undefined;
  byId('members').replaceChildren();
  hideTyping();
  startAnew();
}

function say() {
  if (text.value.trim() === '') return;
  // Once, however often the connection is lost before its reply.
  room.request('say', { text: text.value }, { once: true }).subscribe({
    error: ({ code, message }) =>
      note(`${UNSURE.includes(code) ? 'Perhaps not sent' : 'Not sent'}: ${message}`, true),
  });
  text.value = '';
  startAnew();
  text.focus();
}

/** Shows who is here, and says who has come and gone since it was shown last. */
function showPresent(list) {
  const names = new Set(list.map(({ key }) => key));
  byId('members').replaceChildren(
    ...[...names].map((name) => element('li', '', avatar(name), nameOf(name))),
  );
  const before = present ?? names;
  present = names;
  for (const name of names) if (!before.has(name)) tell(name, 'joined');
  for (const name of before) if (!names.has(name)) tell(name, 'left');
}

function tell(name, change) {
  if (name === me && connection === 'regained') return;
  note([name === me ? 'You' : nameOf(name), ` ${change}`]);
  if (change === 'left') hideTyping(name);
}

function receive({ type, payload }) {
  if (type !== 'event') return;
  const { event, data } = payload;
  if (event === 'said') said(data);
  else if (event === 'typing') showTyping(data.user);
  else if (event === 'restarted') {
    note('The room has crashed, and was started again. Nobody had to reconnect.', true);
  }
}

function said({ user, text }) {
  hideTyping(user);
  const last = lastLine();
  const again = last?.dataset.user === user;
  if (again) last.classList.add('followed');
  const line = element(
    'div',
    `said${user === me ? ' mine' : ''}${again ? ' again' : ''}`,
    avatar(user),
    element('span', 'by', nameOf(user)),
    element('span', 'bubble', text),
  );
  line.querySelector('.bubble').dir = 'auto';
  line.dataset.user = user;
  addLine(line);
}

function note(content, isBad = false) {
  addLine(element('p', isBad ? 'note bad' : 'note', ...[content].flat()));
}
