import { byId } from './dom.js';

const MOST = 500;
const lines = byId('lines');
/** Whether the newest line is kept in sight: until the reader scrolls up, and again from the end on. */
let isPinned = true;

lines.addEventListener('scroll', () => {
  isPinned = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60;
});
// A change of size scrolls to nowhere: the keyboard comes up, or the chat is shown again, and what came
// while it was not shown has not been scrolled to.
new ResizeObserver(follow).observe(lines);

export const lastLine = () => lines.lastElementChild;

export function addLine(line) {
  lines.append(line);
  if (lines.childElementCount > MOST) lines.firstElementChild.remove();
  follow();
}

export function clearLines() {
  lines.replaceChildren();
  isPinned = true;
}

function follow() {
  if (isPinned) lines.scrollTop = lines.scrollHeight;
}
