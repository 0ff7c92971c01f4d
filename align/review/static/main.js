// The page's behaviour: keys, buttons, and what happens when the server has answered or has not.

import * as editor from "./editor.js";
import { newUid, onOutcome, put, send, waiting } from "./outbox.js";
import { walk, walkKey, watchWords } from "./words.js";

const words = (key) => document.getElementById("words").dataset[key];
const $ = (selector) => document.querySelector(selector);
const KEYS_OFF = "align-keys-off";
const DECISIONS = ["accept", "reject", "unsure", "skip"];

let state = null; // of the pair on the screen
let shown = null; // its element
let hasDecided = false; // a decision on this pair is under way: a second press is no second decision

function takeState() {
  const pair = $("#pair");
  if (pair && pair === shown) return; // another part of the page was swapped
  shown = pair;
  state = pair ? JSON.parse(pair.dataset.state) : null;
  hasDecided = false;
  const [article, mark] = [$("#article"), $("#article mark")];
  if (mark) article.scrollTop = mark.offsetTop - article.clientHeight / 3;
}

function say(text, isWaiting = false) {
  const place = $("#saved");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("waiting", isWaiting);
}

function change(changes) {
  put("/api/decisions", { pair: state.id, version: state.version, changes, final: state.isFinal });
  state.version += 1; // what it will be; the server refuses it if it is not
  Object.assign(state.body, changes);
}

function decide(choice) {
  let more = {};
  if (!state || hasDecided) return;
  hasDecided = true;
  if (editor.isOpen()) {
    if (choice === "accept") more = { pieces: editor.draft() };
    editor.close();
  }
  change({ ...more, choice });
}

const actions = {
  ...Object.fromEntries(DECISIONS.map((choice) => [choice, () => decide(choice)])),
  edit: () => state && (editor.isOpen() ? editor.close() : editor.open(state)),
  undo: () => put("/api/undo", {}),
  next: () => $("#next")?.click(),
  previous: () => $("#previous")?.click(),
  findings: () => focusNext("[data-finding]"),
  candidates: () => focusNext("[data-candidate]"),
  tags: () => $("[data-tag]")?.focus(),
  note: () => $("#note")?.focus(),
  words: walk,
  search: () => {
    $(".filters").open = true;
    $("#search").focus();
  },
  help: () => $("#help").showModal(),
  "next-unsure": () => nextUnsure(),
  split: () => {
    if (!state) return;
    if (!editor.isOpen()) editor.open(state);
    editor.split();
  },
  merge: () => {
    if (!state || hasDecided) return;
    hasDecided = true;
    put("/api/merge", { pair: state.id, version: state.version });
  },
  save: () => {
    change({ pieces: editor.draft() });
    editor.close();
  },
  "save-accept": () => decide("accept"),
  "use-selection": () => {
    if (!editor.useSelection()) say(words("noSelection"), true);
  },
  "as-proposed": () => editor.reset(state),
  cancel: () => editor.close(),
};

const keys = {
  a: "accept", r: "reject", u: "unsure", s: "skip", e: "edit", z: "undo", j: "next", k: "previous", x: "next-unsure",
  f: "findings", c: "candidates", g: "tags", n: "note", w: "words", p: "split", m: "merge", "/": "search", "?": "help",
};

// Round and round: the first press goes to the first one, the next press to the next.
function focusNext(selector) {
  const all = [...document.querySelectorAll(selector)];
  all[(all.indexOf(document.activeElement) + 1) % all.length]?.focus();
}

function nextUnsure() {
  const query = new URLSearchParams(location.search);
  for (const name of ["pair", "before", "final"]) query.delete(name);
  query.set("choice", "unsure");
  if (state) query.set("after", state.id);
  htmx.ajax("GET", `/review?${query}`, { target: "#desk" });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  const inField = event.target.matches("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select");
  if (event.key === "Escape") {
    if (inField) event.target.blur();
    else if (editor.isOpen()) editor.close();
    return;
  }
  if (inField) return;
  if (event.key === "Enter" && editor.isOpen() && !event.target.matches("button, a")) {
    event.preventDefault();
    actions["save-accept"]();
    return;
  }
  if (walkKey(event)) {
    event.preventDefault();
    return;
  }
  if (localStorage.getItem(KEYS_OFF)) return;
  const name = keys[event.key.toLowerCase()] ?? keys[byPlace(event)];
  if (!name || event.repeat) return;
  event.preventDefault();
  takeState(); // a key may come between a new pair and the event that tells of it
  actions[name]();
}

// With an Arabic layout the key's own sign is an Arabic letter; its place still says which one is meant.
function byPlace(event) {
  if (/^[\x00-\x7f]$/.test(event.key)) return undefined;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key === "؟" ? "?" : undefined;
}

function onClick(event) {
  const button = event.target.closest("[data-do], [data-finding], [data-candidate]");
  if (!button) return;
  takeState();
  if (button.dataset.do) actions[button.dataset.do]();
  else if (button.dataset.finding) judgeFinding(button);
  else chooseCandidate(button);
}

function judgeFinding(button) {
  const key = button.closest("[data-key]").dataset.key;
  const findings = { ...state.body.findings };
  if (findings[key] === button.dataset.finding) delete findings[key];
  else findings[key] = button.dataset.finding;
  change({ findings });
  for (const each of button.parentElement.querySelectorAll("[data-finding]")) {
    each.setAttribute("aria-pressed", String(findings[key] === each.dataset.finding));
  }
}

function chooseCandidate(button) {
  const [from, to] = button.dataset.candidate.split(" ").map(Number);
  const ar = [...button.closest("li").querySelectorAll("[data-s]")].map((token) => token.textContent).join("");
  editor.open(state, [{ ...state.proposed, ar_start: from, ar_end: to, ar }]);
}

function onChange(event) {
  if (event.target.id === "note") change({ note: event.target.value });
  else if (event.target.dataset.tag) {
    const chosen = [...document.querySelectorAll("[data-tag]")].filter((select) => select.value);
    change({ tags: chosen.map((select) => ({ type: select.dataset.tag, severity: select.value })) });
  } else if (event.target.id === "keys-on") {
    if (event.target.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  }
}

function onAnswer({ kind, act, body }) {
  if (kind === "saving") say(words("saving"));
  else if (kind === "waiting") say(body ? `${words("notNow")} ${body.detail}` : words("waiting"), true);
  else if (kind === "signed-out") say(words("signedOut"), true);
  else if (kind === "refused") {
    hasDecided = false;
    say(`${words("refused")} ${body?.detail?.[0]?.msg ?? body?.detail ?? ""}`, true);
    reload();
  } else if (kind === "conflict") showConflict(act, body);
  else saved(act, body);
}

function saved(act, body) {
  if (act.path === "/api/undo") {
    say(body.pair === null ? words("nothing") : words("undone"));
    if (body.pair !== null) show(body.pair);
  } else {
    say(words("saved"));
    if ($("#conflict")) $("#conflict").hidden = true;
    if (act.path === "/api/merge") show(act.body.pair);
    else if (act.body.changes.choice && act.body.pair === state?.id) $("#next")?.click();
    else if (act.body.changes.pieces && act.body.pair === state?.id) show(act.body.pair);
  }
  document.body.dispatchEvent(new CustomEvent("decided"));
}

function show(pair) {
  if (!$("#desk")) return; // a page without a queue: only an act of an earlier page was sent
  const query = new URLSearchParams(location.search);
  for (const name of ["after", "before"]) query.delete(name);
  query.set("pair", pair);
  htmx.ajax("GET", `/review?${query}`, { target: "#desk" });
}

function reload() {
  if (state) show(state.id);
}

function showConflict(act, body) {
  const place = $("#conflict");
  if (!place) return;
  const text = document.createElement("p");
  const now = words(body.body.choice ?? "none") ?? body.body.choice;
  const mine = act.body.changes?.choice ? words(act.body.changes.choice) : "…";
  text.textContent = `${words("changed")} ${now} / ${mine}`;
  place.replaceChildren(text);
  place.hidden = false;
  say("");
  if (act.body.pair === state?.id) reload();
}

function fillUids() {
  document.querySelectorAll('input[name="uid"]').forEach((input) => (input.value ||= newUid()));
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("htmx:error", () => say(words("waiting"), true));
document.addEventListener("htmx:after:swap", () => {
  fillUids();
  const isNew = $("#pair") !== shown;
  takeState();
  if (isNew && document.activeElement === document.body) $("#pair-title")?.focus({ preventScroll: true });
});
addEventListener("online", send);
addEventListener("beforeunload", (event) => {
  if (waiting().length) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  // Empty filters stay out of the address.
  if (event.target.id !== "filters") return;
  for (const input of event.target.elements) if (!input.value) input.disabled = true;
});

onOutcome(onAnswer);
watchWords();
editor.watchEditor();
$("#keys-on").checked = !localStorage.getItem(KEYS_OFF);
fillUids();
takeState();
send();
