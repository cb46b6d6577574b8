import { connectChannels } from '/rx-process/client.js';
import { byId, element, nameOf } from './dom.js';
import { showState } from './state.js';
import { clearTree, showTree } from './tree.js';

const SIGHTS = 300;
const TOPICS = {
  'channel.joined': 'joins',
  'channel.event': 'events',
  'channel.left': 'leaves',
  exited: 'crashes',
};
const sights = byId('sights');
const counts = new Map();

/** The panel of what the server's processes are told, newest first. */
export function startWatch() {
  for (const [topic, label] of Object.entries(TOPICS)) addFilter(topic, label);
  const client = connectChannels('/ws');
  showState(byId('watch-state'), client.state$);
  // The server tells each time again what it remembers.
  client.state$.subscribe(({ status }) => status === 'open' && clear());
  // To who has come, and to all who are there.
  client.messages$.subscribe(show);
  client.channel('watch').messages$.subscribe(show);
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
  clearTree();
  sights.replaceChildren();
  for (const count of counts.values()) count.value = '0';
  byId('nothing').hidden = false;
}

function show({ type, payload }) {
  if (type !== 'event') return;
  const { event, data } = payload;
  if (event === 'tree') showTree(data);
  else if (event === 'seen') add(data);
}

function add({ topic, pid, user, room, detail }) {
  const count = counts.get(topic);
  count.value = String(Number(count.value) + 1);
  byId('nothing').hidden = true;
  const where = user === undefined ? [] : [nameOf(user), ' in ', nameOf(room)];
  const sight = element(
    'li',
    'sight',
    element('span', 'topic', topic, ' ', element('span', 'where', ...where)),
    element('time', '', new Date().toLocaleTimeString()),
    element('span', 'detail', detail),
    element('span', 'pid', pid),
  );
  sight.dataset.topic = topic;
  sights.prepend(sight);
  if (sights.childElementCount > SIGHTS) sights.lastElementChild.remove();
}
