import { byId, nameOf } from './dom.js';

/** How often it is told that somebody goes on typing, and how long it is shown, in milliseconds. */
const EVERY = 2_000;
const SHOWN = 3_500;

/** Who is typing, each with the timer that ends it. */
const typists = new Map();
let told = Number.NEGATIVE_INFINITY;

/** Whether it is time to tell the others that we are typing. */
export function mayTell() {
  const now = performance.now();
  if (now - told < EVERY) return false;
  told = now;
  return true;
}

/** What we were typing is sent: the next word is told at once. */
export function startAnew() {
  told = Number.NEGATIVE_INFINITY;
}

/** Shows that somebody is typing, for a while. */
export function showTyping(user) {
  clearTimeout(typists.get(user));
  typists.set(
    user,
    setTimeout(() => hideTyping(user), SHOWN),
  );
  draw();
}

/** Somebody is not typing any more; without a name nobody is. */
export function hideTyping(user) {
  for (const each of user === undefined ? [...typists.keys()] : [user]) {
    clearTimeout(typists.get(each));
    typists.delete(each);
  }
  draw();
}

function draw() {
  const [one, two] = typists.keys();
  const texts = {
    0: () => [],
    1: () => [nameOf(one), ' is typing…'],
    2: () => [nameOf(one), ' and ', nameOf(two), ' are typing…'],
  };
  byId('typing').replaceChildren(...(texts[typists.size] ?? (() => ['Several are typing…']))());
}
