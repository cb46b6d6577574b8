import { startChat } from './chat.js';
import { startWatch } from './watch.js';

// On a phone one of the two is shown at a time.
const tabs = [...document.querySelectorAll('[data-show]')];
for (const tab of tabs) {
  tab.addEventListener('click', () => {
    document.body.dataset.view = tab.dataset.show;
    for (const each of tabs) each.ariaPressed = String(each === tab);
  });
}

startChat();
startWatch();
