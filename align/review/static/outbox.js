// Decisions on their way: each is kept in this browser until the server has written it down, and sent again until then.
// The server knows an act by its uid, so sending one twice is harmless.

// With the store's id: another review may have been served under this address before.
const PREFIX = `align-out:${document.body.dataset.store}:${document.body.dataset.reviewer}:`;
const SLOWEST = 8000; // milliseconds between two tries

let isSending = false;
let pause = 0;
let listener = () => {};

export function newUid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function onOutcome(callback) {
  listener = callback;
}

// One key an act: two tabs never write over each other's.
export function put(path, body) {
  const act = { path, body: { uid: newUid(), ...body }, at: Date.now() };
  localStorage.setItem(PREFIX + act.body.uid, JSON.stringify(act));
  send();
  return act;
}

export function waiting() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => JSON.parse(localStorage.getItem(key)))
    .sort((one, other) => one.at - other.at);
}

export async function send() {
  if (isSending) return;
  isSending = true;
  try {
    for (let acts = waiting(); acts.length; acts = waiting()) {
      listener({ kind: "saving", act: acts[0] });
      const outcome = await post(acts[0]);
      if (outcome.kind === "waiting" || outcome.kind === "signed-out") {
        listener(outcome);
        pause = Math.min(SLOWEST, (pause || 250) * 2);
        setTimeout(send, pause);
        return;
      }
      pause = 0;
      localStorage.removeItem(PREFIX + acts[0].body.uid);
      listener(outcome);
    }
  } finally {
    isSending = false;
  }
}

function request(act) {
  return fetch(act.path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf },
    body: JSON.stringify(act.body),
    signal: AbortSignal.timeout(15000),
  });
}

// A new session of the same person has a new token; another person's session gets nothing of ours.
async function hasNewSession() {
  const answer = await fetch("/api/session");
  if (!answer.ok) return false;
  const session = await answer.json();
  const { reviewer, store } = document.body.dataset;
  if (String(session.reviewer) !== reviewer || session.store !== store) return false;
  document.body.dataset.csrf = session.csrf;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": session.csrf }));
  return true;
}

async function post(act) {
  try {
    let answer = await request(act);
    if (answer.status === 403 && (await hasNewSession())) answer = await request(act);
    if (answer.status === 401 || answer.status === 403) return { kind: "signed-out", act };
    if (answer.status === 503) return { kind: "waiting", act, body: await answer.json() }; // its disk is full, say
    if (answer.status === 429 || answer.status >= 500) return { kind: "waiting", act };
    const body = await answer.json();
    if (answer.ok) return { kind: "saved", act, body };
    return { kind: answer.status === 409 ? "conflict" : "refused", act, body };
  } catch {
    return { kind: "waiting", act };
  }
}
