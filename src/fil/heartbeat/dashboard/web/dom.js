// Elements of the page: made, and changed where they differ.

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text != null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function say(at, text, title) {
  if (at.textContent !== text) at.textContent = text;
  if (title != null && at.title !== title) at.title = title;
}
