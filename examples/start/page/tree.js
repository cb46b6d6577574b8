import { avatar, byId, element, nameOf } from './dom.js';

/** The users of connections, by PID. */
const users = new Map();
/** When each process was first shown, by PID. */
let since = new Map();
let roots = [];

/** Shows which process stands below which, and marks those that are new. */
export function showTree(branches) {
  roots = branches;
  draw();
}

/** The server does not know who is behind a connection; what comes from it says so. */
export function nameConnection(pid, user) {
  if (users.get(pid) === user) return;
  users.set(pid, user);
  draw();
}

function draw() {
  const known = since;
  since = new Map();
  byId('tree').replaceChildren(...roots.map((root) => item(root, known)));
}

function item({ name, pid, restarts, children, more }, known) {
  const now = performance.now();
  const first = known.get(pid) ?? now;
  since.set(pid, first);
  const user = users.get(pid);
  const row = element(
    'div',
    'process',
    user === undefined ? '' : avatar(user),
    element('span', 'name', nameOf(user ?? name)),
    restarts === 0
      ? ''
      : element('span', 'restarts', restarts === 1 ? '1 restart' : `${restarts} restarts`),
    element('span', 'pid', pid ?? 'being restarted'),
  );
  // Drawn anew, it goes on with the animation of its arrival where it was.
  row.style.setProperty('--age', `${first - now}ms`);
  const below = children.map((child) => item(child, known));
  if (more > 0) below.push(element('li', 'more', `and ${more} more`));
  return element('li', '', row, below.length === 0 ? '' : element('ul', '', ...below));
}
