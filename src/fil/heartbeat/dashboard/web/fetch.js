// Questions to the server whose failure the page shows elsewhere: the feed tells that it does not answer.

// A long history on a slow link takes its time.
const MOST_MILLIS = 30000;

// The JSON at a path; null when there is none. Refused is called with the status of an answer that is not good.
export async function getJson(path, refused, millis = MOST_MILLIS) {
  try {
    const answer = await fetch(path, {signal: AbortSignal.timeout(millis)});
    if (answer.ok) return await answer.json();
    refused?.(answer.status);
  } catch { /* It does not answer, or not whole, or too late. */ }
  return null;
}
