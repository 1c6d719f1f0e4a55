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

// A section under a heading of its own, by whose id it is named.
export function sectionOf(id, heading) {
  const made = element('section');
  made.setAttribute('aria-labelledby', id);
  const title = element('h2', heading);
  title.id = id;
  made.append(title);
  return made;
}

// What stands where an answer of the server is missing. Since: when what is shown instead was loaded, as text.
export function notLoaded(since) {
  return since ? `Could not be loaded; shown as of ${since}.` : 'Could not be loaded.';
}
