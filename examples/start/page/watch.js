import { byId, element, nameOf, showState } from './dom.js';
import { Reconnecting } from './socket.js';
import { nameConnection, showTree } from './tree.js';

const SIGHTS = 300;
const TOPICS = {
  'ws.join': 'joins',
  'ws.message': 'messages',
  'ws.heartbeat': 'heartbeats',
  'ws.leave': 'leaves',
  exited: 'crashes',
};
const sights = byId('sights');
const counts = new Map();

/** The panel of what the server's processes are told, newest first. */
export function startWatch() {
  for (const [topic, label] of Object.entries(TOPICS)) addFilter(topic, label);
  const state = showState('watch-state');
  new Reconnecting('/ws/watch', {
    message: show,
    state: (how, what) => {
      state(how, what);
      // The server tells again what it remembers.
      if (how === 'open') clear();
    },
  });
}

function addFilter(topic, label) {
  const count = element('output', '', '0');
  const button = element('button', '', label, count);
  button.type = 'button';
  button.dataset.topic = topic;
  button.ariaPressed = 'true';
  button.addEventListener('click', () => {
    button.ariaPressed = String(button.ariaPressed !== 'true');
    const hidden = [...byId('filters').children].filter((each) => each.ariaPressed !== 'true');
    document.body.dataset.without = hidden.map((each) => each.dataset.topic).join(' ');
  });
  counts.set(topic, count);
  byId('filters').append(button);
}

function clear() {
  sights.replaceChildren();
  for (const count of counts.values()) count.value = '0';
  byId('nothing').hidden = false;
}

function show({ topic, payload }) {
  if (topic === 'tree') return showTree(payload);
  const { path = '', room, user } = payload.metadata;
  const count = counts.get(topic);
  count.value = String(Number(count.value) + 1);
  byId('nothing').hidden = true;
  if (user !== undefined) nameConnection(payload.client_pid, user);
  const who = user === undefined ? [path] : [nameOf(user), ' in ', nameOf(room)];
  const sight = element(
    'li',
    'sight',
    element('span', 'topic', topic, ' ', element('span', 'where', ...who)),
    element('time', '', new Date().toLocaleTimeString()),
    element('span', 'detail', detail(topic, payload)),
    element('span', 'pid', payload.client_pid),
  );
  sight.dataset.topic = topic;
  sights.prepend(sight);
  if (sights.childElementCount > SIGHTS) sights.lastElementChild.remove();
}

function detail(topic, { data, uptime_ms, message_count: received, reason }) {
  switch (topic) {
    case 'ws.message':
      return data;
    case 'ws.heartbeat':
      return `up ${Math.round(uptime_ms / 1000)} s, ${received} ${received === 1 ? 'message' : 'messages'}`;
    case 'ws.leave':
    case 'exited':
      return reason;
    default:
      return 'connected';
  }
}
