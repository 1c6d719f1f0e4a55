// What a viewer chose, kept by the browser; for as long as the page is open where the browser refuses to.

const memory = new Map();

export function kept(name) {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function keep(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch { /* Refused, or full. */ }
}
