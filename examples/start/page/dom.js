export const byId = (id) => document.getElementById(id);

/** Makes an element. Text that users wrote goes in as text, never as HTML. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A name, whose own writing direction does not turn what stands around it. */
export const nameOf = (text) => element('bdi', '', text);

/** A coloured letter for a name: the same one everywhere. */
export function avatar(name) {
  const made = element('span', 'avatar', [...name][0].toUpperCase());
  let hue = 7;
  for (const letter of name) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  made.style.setProperty('--hue', hue);
  made.ariaHidden = 'true';
  return made;
}
