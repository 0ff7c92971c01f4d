// The page's behaviour: keys, buttons, and what happens when the server has answered or has not.

import * as drafts from "./drafts.js";
import * as editor from "./editor.js";
import { areOn, nameOf, switchKeys } from "./keys.js";
import { bulkActs, loadList, markShown, showList, toggleList, watchList } from "./list.js";
import { newUid, onOutcome, put, send, waiting } from "./outbox.js";
import { walk, walkKey, watchWords } from "./words.js";

const words = (key) => document.getElementById("words").dataset[key];
const $ = (selector) => document.querySelector(selector);
const DECISIONS = ["accept", "reject", "unsure", "skip"];
const FIELD = "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select";

let state = null; // of the pair on the screen
let shown = null; // its element
let hasDecided = false; // a decision on this pair is under way: a second press is no second decision
let isSaved = false; // the last act is on the server's disk: a load that fails afterwards is not about it

function takeState() {
  const pair = $("#pair");
  if (pair && pair === shown) return; // another part of the page was swapped
  const wasEditing = state && document.body.classList.contains("editing");
  const left = wasEditing && editor.hasDraft(state.id);
  shown = pair;
  state = pair ? JSON.parse(pair.dataset.state) : null;
  hasDecided = false;
  editor.leaveTexts();
  const [article, mark] = [$("#article"), $("#article mark")];
  if (mark) article.scrollTop = mark.offsetTop - article.clientHeight / 3;
  if (left) say(words("draftKept"));
  if (state) bringBack();
  markShown(state?.id);
}

// What was typed here and never saved is there again.
function bringBack() {
  const note = drafts.kept(state.id, "note");
  if (note !== null && note !== state.body.note) {
    $("#note").value = note;
    say(words("draftBack"), true);
  }
  if (editor.hasDraft(state.id)) {
    editor.open(state);
    say(words("draftBack"), true);
  }
}

function say(text, isWaiting = false) {
  const place = $("#saved");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("waiting", isWaiting);
}

function change(changes) {
  const also = "choice" in changes ? state.also : [];
  put("/api/decisions", { pair: state.id, version: state.version, changes, final: state.isFinal, also });
  state.version += 1; // what it will be; the server refuses it if it is not
  Object.assign(state.body, changes);
}

function decide(choice) {
  let more = {};
  if (!state || hasDecided) return;
  hasDecided = true;
  if (editor.isOpen() && !editor.adding() && choice === "accept") {
    more = { pieces: editor.draft() };
    editor.forget();
  }
  if (editor.isOpen()) editor.close();
  change({ ...more, choice });
}

function saveEdit() {
  if (!editor.isOpen()) return;
  if (editor.adding()) {
    const [piece] = editor.draft();
    const place = ["en_start", "en_end", "ar_start", "ar_end"].map((name) => [name, piece[name]]);
    put("/api/pairs", { pair: state.id, ...Object.fromEntries(place) });
  } else change({ pieces: editor.draft() });
  editor.forget();
  editor.close();
}

function merge() {
  if (!state || hasDecided) return;
  if (!state.next) say(words("noNext"), true);
  else if (state.next.is_same_sentence) mergeNow();
  else {
    $("#merge-question").hidden = false;
    $('[data-do="merge-anyway"]').focus();
  }
}

function mergeNow() {
  hasDecided = true;
  put("/api/merge", { pair: state.id, version: state.version });
}

function closeEditor() {
  editor.close();
  say(editor.hasDraft(state.id) ? words("draftKept") : "");
}

const actions = {
  ...Object.fromEntries(DECISIONS.map((choice) => [choice, () => decide(choice)])),
  edit: () => {
    if (!state) return;
    if (editor.isOpen()) return closeEditor();
    editor.open(state);
    editor.focusFirst();
  },
  undo: () => put("/api/undo", {}),
  redo: () => put("/api/redo", {}),
  next: () => $("#next")?.click(),
  previous: () => $("#previous")?.click(),
  findings: () => focusNext("[data-finding]"),
  candidates: () => focusNext("[data-candidate]"),
  sentences: () => focusNext("#sentences a, #sentences button"),
  tags: () => $("[data-tag]")?.focus(),
  note: () => $("#note")?.focus(),
  words: walk,
  search: () => {
    $(".filters").open = true;
    $("#search").focus();
  },
  help: () => $("#help").showModal(),
  list: toggleList,
  "next-unsure": () => nextUnsure(),
  split: () => {
    if (!state) return;
    if (!editor.isOpen()) editor.open(state);
    if (!editor.split()) say(words("oneWord"), true);
    editor.focusFirst();
  },
  "drop-piece": () => editor.dropPiece() || say(words("onePiece"), true),
  merge,
  "merge-anyway": () => {
    $("#merge-question").hidden = true;
    mergeNow();
  },
  "merge-not": () => {
    $("#merge-question").hidden = true;
    $("#pair-title").focus({ preventScroll: true });
  },
  save: saveEdit,
  "save-accept": () => (editor.adding() ? saveEdit() : decide("accept")),
  "use-selection": () => {
    if (!editor.useSelection()) say(words("noSelection"), true);
  },
  "as-proposed": () => editor.reset(),
  discard: () => {
    editor.forget();
    editor.close();
    say(words("discarded"));
  },
  cancel: closeEditor,
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
  if (event.isComposing || $("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return saveHere(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = event.target.matches(FIELD);
  if (event.key === "Escape") {
    if (!$("#merge-question")?.hidden) actions["merge-not"]();
    else if (editor.isOpen() && (!inField || event.target.closest("#editor"))) closeEditor();
    else if (inField) event.target.blur();
    return;
  }
  if (inField) return;
  if (editor.isOpen() && (editor.edgeKey(event) || editor.tabKey(event))) return event.preventDefault();
  if (event.key === "Enter" && editor.isOpen() && !event.target.matches("button, a")) {
    event.preventDefault();
    actions["save-accept"]();
    return;
  }
  if (walkKey(event)) {
    event.preventDefault();
    return;
  }
  const name = areOn() ? nameOf(event) : undefined;
  if (!name || event.repeat || !actions[name]) return;
  event.preventDefault();
  takeState(); // a key may come between a new pair and the event that tells of it
  actions[name]();
}

// Ctrl+Enter saves whatever is being written.
function saveHere(event) {
  event.preventDefault();
  if (event.target.id === "note") saveNote();
  else if (editor.isOpen()) actions["save-accept"]();
  else event.target.form?.requestSubmit();
}

function saveNote() {
  const note = $("#note").value;
  if (state && note !== state.body.note) change({ note });
}

function onClick(event) {
  const button = event.target.closest("[data-do], [data-finding], [data-candidate], [data-add], [data-go], [data-pair], [data-bulk]");
  if (!button) return;
  takeState();
  if (button.dataset.do) actions[button.dataset.do]();
  else if (button.dataset.finding) judgeFinding(button);
  else if (button.dataset.bulk) bulk(button.dataset.bulk);
  else if (button.dataset.add) {
    editor.openToAdd(state, ...button.dataset.add.split(" ").map(Number));
    editor.focusFirst();
  } else if (button.dataset.go) {
    event.preventDefault();
    show(Number(button.dataset.go));
  } else if (button.dataset.pair) {
    if (!editor.isOpen() && getSelection().isCollapsed) show(Number(button.dataset.pair));
  } else chooseCandidate(button);
}

function bulk(choice) {
  const acts = bulkActs();
  if (!acts.length) say(words("nothingPicked"), true);
  for (const act of acts) put("/api/decisions", { ...act, changes: { choice } });
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
  editor.focusFirst();
}

function onChange(event) {
  if (event.target.dataset.tag) {
    const chosen = [...document.querySelectorAll("[data-tag]")].filter((select) => select.value);
    change({ tags: chosen.map((select) => ({ type: select.dataset.tag, severity: select.value })) });
  } else if (event.target.id === "keys-on") {
    switchKeys(event.target.checked);
  }
}

function onAnswer({ kind, act, body }) {
  if (kind === "saving") {
    isSaved = false;
    say(words("saving"));
  }
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
  isSaved = true;
  if ($("#conflict")) $("#conflict").hidden = true;
  if (["/api/undo", "/api/redo"].includes(act.path)) {
    const isUndo = act.path === "/api/undo";
    if (body.pair === null) say(words(isUndo ? "nothing" : "nothingRedo"));
    else {
      say(`${words(isUndo ? "undone" : "redone")} ${difference(isUndo ? body.was : body.body, isUndo ? body.body : body.was)}`);
      show(body.pair);
    }
  } else {
    say(words("saved"));
    forgetNote(act);
    if (["/api/merge", "/api/pairs"].includes(act.path)) show(act.body.pair);
    else if (act.body.changes.choice && isOnScreen(act.body)) $("#next")?.click();
    else if (act.body.changes.pieces && act.body.pair === state?.id) show(act.body.pair);
  }
  document.body.dispatchEvent(new CustomEvent("decided"));
}

const isOnScreen = ({ pair, also = [] }) => [pair, ...also.map((other) => other.pair)].includes(state?.id);

function forgetNote(act) {
  const note = act.body.changes?.note;
  if (note !== undefined && drafts.kept(act.body.pair, "note") === note) drafts.forget(act.body.pair, "note");
}

// What an act did, in words: "accepted, correction".
function difference(done, other) {
  const isOther = (name) => JSON.stringify(done[name] ?? null) !== JSON.stringify(other[name] ?? null);
  const said = done.choice && isOther("choice") ? [words(done.choice)] : [];
  for (const name of ["pieces", "findings", "tags", "note"]) if (isOther(name)) said.push(words(name));
  return said.join(" · ");
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

// Both versions are shown, and what was typed here is there again as a draft.
function showConflict(act, body) {
  const { pair, changes } = act.body;
  if (changes?.note !== undefined) drafts.keep(pair, "note", changes.note);
  if (changes?.pieces) drafts.keep(pair, "pieces", changes.pieces);
  const place = $("#conflict");
  if (!place) return;
  const lines = [words("changed"), `${words("there")} ${told(body.body)}`, `${words("here")} ${told(changes ?? {})}`];
  place.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line, dir: "auto" })));
  place.hidden = false;
  say("");
  hasDecided = false;
  if (pair === state?.id) reload();
}

function told(body) {
  const pieces = (body.pieces ?? []).map((piece) => piece.ar).filter(Boolean);
  const said = [body.choice ? words(body.choice) : "", body.note ?? "", ...pieces].filter(Boolean);
  return said.join(" · ") || words("none");
}

function fillUids() {
  document.querySelectorAll('input[name="uid"]').forEach((input) => (input.value ||= newUid()));
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("focusout", (event) => event.target.id === "note" && saveNote());
document.addEventListener("input", (event) => event.target.id === "note" && state && drafts.keep(state.id, "note", event.target.value));
document.addEventListener("htmx:error", () => {
  hasDecided = false; // the keys go on: what was decided is on the disk, or waits in the outbox
  say(words(isSaved || !waiting().length ? "notLoaded" : "waiting"), true);
});
document.body.addEventListener("decided", loadList);
document.addEventListener("htmx:after:swap", () => {
  markShown(state?.id);
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
watchList();
showList();
editor.watchEditor();
$("#keys-on").checked = areOn();
fillUids();
takeState();
send();
