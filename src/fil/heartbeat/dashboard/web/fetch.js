// Questions to the server whose failure the page shows elsewhere: the feed tells that it does not answer.

// The JSON at a path; null when there is none. Refused is called with the status of an answer that is not good.
export async function getJson(path, refused) {
  try {
    const answer = await fetch(path);
    if (answer.ok) return await answer.json();
    refused?.(answer.status);
  } catch { /* It does not answer, or not whole. */ }
  return null;
}
