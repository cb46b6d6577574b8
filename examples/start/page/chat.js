import { avatar, byId, element, nameOf, showState } from './dom.js';
import { addLine, clearLines, lastLine } from './lines.js';
import { Reconnecting } from './socket.js';

/** The message that crashes the room's process, and the code with which its connections close then. */
const CRASH = '/crash';
const CRASHED = 1011;
const AFTER_CRASH = 'The room has crashed (code 1011). Its supervisor has started it again.';
const text = byId('text');
let socket;
let me = '';

/** The form to join with, filled in from the last time and from `?room=`. */
export function startChat() {
  byId('user').value = localStorage.getItem('user') ?? '';
  byId('room').value = new URLSearchParams(location.search).get('room') ?? 'lobby';
  byId('entrance').addEventListener('submit', (event) => {
    event.preventDefault();
    join(byId('room').value.trim(), byId('user').value.trim());
  });
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    say();
  });
  byId('leave').addEventListener('click', leave);
  byId('crash').addEventListener('click', () => socket.send(CRASH));
}

function join(room, user) {
  if (room === '' || user === '') return;
  me = user.normalize();
  localStorage.setItem('user', user);
  history.replaceState(null, '', `?${new URLSearchParams({ room })}`);
  clearLines();
  show(room);
  const state = showState('chat-state');
  let wasOpen = false;
  socket = new Reconnecting(`/ws/chat?${new URLSearchParams({ room, user })}`, {
    message: receive,
    state: (how, what, code) => {
      state(how, what);
      for (const id of ['send', 'crash']) byId(id).disabled = how !== 'open';
      if (how === 'waiting' && wasOpen)
        note(code === CRASHED ? AFTER_CRASH : 'Connection lost', true);
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
}

function say() {
  if (text.value.trim() === '' || !socket.send(text.value)) return;
  text.value = '';
  text.focus();
}

function receive(frame) {
  if (frame.event === 'message') return said(frame);
  if (frame.event === 'refused') return note(`Not sent: ${frame.text}`, true);
  byId('members').replaceChildren(
    ...frame.members.map((name) => element('li', '', avatar(name), nameOf(name))),
  );
  note([frame.user === me ? 'You' : nameOf(frame.user), ` ${frame.event}`]);
}

function said({ user, text }) {
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
