/**
 * Shows in an element how a client is, in words and as `data-state`. The seconds until it dials again pass without being
 * read out: the element is a `status`.
 */
export function showState(element, state$) {
  const words = document.createTextNode('');
  const rest = document.createElement('span');
  rest.ariaHidden = 'true';
  element.replaceChildren(words, rest);
  let timer;
  state$.subscribe((state) => {
    const isWaiting = state.status === 'waiting';
    const draw = () => {
      const text = wordsOf(state);
      if (words.data !== text) words.data = text;
      rest.textContent = isWaiting && navigator.onLine ? until(state.retryAt) : '';
    };
    clearInterval(timer);
    element.dataset.state = state.status;
    draw();
    if (isWaiting) timer = setInterval(draw, 250);
  });
}

function wordsOf({ status, ended }) {
  if (status === 'connecting') return 'connecting…';
  if (status === 'open') return 'connected';
  if (status === 'waiting') return navigator.onLine ? 'connecting' : 'offline';
  // As its user has closed it, or for good.
  if (status === 'closed' && ended.code !== 1000) return `closed: ${ended.reason || ended.code}`;
  return 'not connected';
}

const until = (time) => ` in ${Math.max(1, Math.ceil((time - Date.now()) / 1_000))} s`;
