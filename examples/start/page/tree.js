import { avatar, byId, element, nameOf } from './dom.js';

/** When each process that is shown was first shown, by PID. */
let since = new Map();

/** Shows which process stands below which, and marks those that are new. */
export function showTree(roots) {
  const known = since;
  since = new Map();
  byId('tree').replaceChildren(...roots.map((root) => item(root, known)));
}

/** Another server gives the same PIDs to others. */
export function clearTree() {
  since.clear();
  showTree([]);
}

function item({ name, pid, isClient, restarts, children, more }, known) {
  const now = performance.now();
  const first = known.get(pid) ?? now;
  since.set(pid, first);
  const row = element(
    'div',
    'process',
    isClient ? avatar(name) : '',
    element('span', 'name', nameOf(name)),
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
