import { avatar, byId, element, nameOf, showState } from './dom.js';
import { addLine, clearLines, lastLine } from './lines.js';
import { Reconnecting } from './socket.js';
import { hideTyping, mayTell, showTyping, startAnew } from './typing.js';

const AFTER_CRASH = 'The room has crashed, and was started again. Nobody had to reconnect.';
const text = byId('text');
let socket;
let channel = '';
let me = '';
/** How many messages were sent: the number of the newest, which the reply names. */
let sent = 0;

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
    if (text.value !== '' && mayTell()) send('typing', null);
  });
  byId('leave').addEventListener('click', leave);
  byId('crash').addEventListener('click', () => send('crash', null));
}

const cleaned = (id) => byId(id).value.trim().normalize();

function join(room, user) {
  if (room === '' || user === '') return;
  me = user;
  channel = `chat:${room}`;
  localStorage.setItem('user', user);
  history.replaceState(null, '', `?${new URLSearchParams({ room })}`);
  clearLines();
  show(room);
  const state = showState('chat-state');
  let wasOpen = false;
  const path = `/ws/${encodeURIComponent(channel)}?${new URLSearchParams({ user })}`;
  socket = new Reconnecting(path, {
    message: receive,
    state: (how, what) => {
      state(how, what);
      for (const id of ['send', 'crash']) byId(id).disabled = how !== 'open';
      if (how === 'waiting' && wasOpen) note('Connection lost', true);
      wasOpen = how === 'open';
    },
  });
  text.focus();
}

function leave() {
  socket.close();
  show(undefined);
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

/** An event of the room; with an id its reply is an error where it was not taken. */
const send = (event, data, id) =>
  socket.send(JSON.stringify({ id, type: 'event', channel, payload: { event, data } }));

function say() {
  if (text.value.trim() === '' || !send('say', { text: text.value }, ++sent)) return;
  text.value = '';
  startAnew();
  text.focus();
}

function receive({ ok, error, type, payload }) {
  if (ok === false) return note(`Not sent: ${error.message}`, true);
  if (type !== 'event') return;
  const { event, data } = payload;
  if (event === 'said') said(data);
  else if (event === 'typing') showTyping(data.user);
  else if (event === 'here') here(data);
}

function here({ user, change, members }) {
  byId('members').replaceChildren(
    ...members.map((name) => element('li', '', avatar(name), nameOf(name))),
  );
  if (change !== 'stayed') note([user === me ? 'You' : nameOf(user), ` ${change}`]);
  // The room says so of each of its members.
  else if (lastLine()?.textContent !== AFTER_CRASH) note(AFTER_CRASH, true);
  if (change === 'left') hideTyping(user);
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
