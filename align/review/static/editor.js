// Correcting a pair in the texts themselves: four edges, each with a handle that is dragged or moved by the arrow keys.

import * as drafts from "./drafts.js";
import { SIDES, SideText, sideOf } from "./text.js";

const words = (key) => document.getElementById("words").dataset[key];
const $ = (selector) => document.querySelector(selector);
const EDGES = ["start", "end"];

let state = null; // of the pair that is corrected
let pieces = []; // the draft; a side's text is null where it is what stands between its edges
let active = 0;
let isAdding = false; // a rendering that the run missed, not a correction
let texts = {}; // by side

export const isOpen = () => Boolean($("#editor")) && !$("#editor").hidden;
export const adding = () => isAdding;
export const draft = () => pieces.map((piece) => ({ ...piece }));

export function open(given, change = null) {
  state = given;
  isAdding = false;
  pieces = (change ?? drafts.kept(state.id, "pieces") ?? state.pieces).map((piece) => ({ ...piece }));
  begin();
}

// A new pair of one English sentence; its Arabic begins at the first word after the pair's own.
export function openToAdd(given, start, end) {
  state = given;
  isAdding = true;
  const after = new SideText("ar");
  const from = state.pieces.at(-1).ar_end;
  const place = Math.max(0, after.starts.findIndex((at) => at >= from));
  const first = { ar_start: after.starts[place], ar_end: after.ends[place], ar: null };
  pieces = [drafts.kept(state.id, `add-${start}`) ?? { en_start: start, en_end: end, en: null, ...first }];
  begin();
}

export const hasDraft = (pair) => drafts.kept(pair, "pieces") !== null;

function begin() {
  active = 0;
  texts = Object.fromEntries(SIDES.map((side) => [side, new SideText(side)]));
  $("#editor").hidden = false;
  $("#editor").classList.toggle("adding", isAdding);
  $("#editor-title").textContent = $("#editor-title").dataset[isAdding ? "adding" : "edit"];
  $('[data-do="edit"]').setAttribute("aria-expanded", "true");
  document.body.classList.add("editing");
  makeHandles();
  show();
}

export const focusFirst = () => $('.handle[data-edge="ar-start"]')?.focus({ preventScroll: true });

// The draft stays; only `discard` and a save forget it.
export function close() {
  if (!isOpen()) return;
  $("#editor").hidden = true;
  $('[data-do="edit"]')?.setAttribute("aria-expanded", "false");
  leaveTexts();
  $('[data-do="edit"]')?.focus({ preventScroll: true });
}

export function leaveTexts() {
  document.body.classList.remove("editing");
  document.querySelectorAll(".handle").forEach((handle) => handle.remove());
  CSS.highlights?.clear();
}

export function forget() {
  drafts.forget(state.id, isAdding ? `add-${pieces[0].en_start}` : "pieces");
}

function store() {
  const isChanged = isAdding || JSON.stringify(pieces) !== JSON.stringify(state.pieces);
  if (isAdding) drafts.keep(state.id, `add-${pieces[0].en_start}`, pieces[0]);
  else if (isChanged) drafts.keep(state.id, "pieces", pieces);
  else drafts.forget(state.id, "pieces");
}

function changed() {
  store();
  show();
}

export function reset() {
  pieces = [{ ...state.proposed }];
  active = 0;
  changed();
}

export function dropPiece() {
  if (pieces.length < 2) return false;
  pieces.splice(active, 1);
  active = Math.max(0, active - 1);
  changed();
  return true;
}

export function split() {
  const piece = pieces[active];
  const other = { ...piece };
  for (const side of SIDES) {
    const [from, to] = [piece[`${side}_start`], piece[`${side}_end`]];
    const starts = texts[side].starts.filter((at) => at > from && at < to);
    if (!starts.length) return false;
    const cut = cutPoint(side, starts);
    other[`${side}_start`] = cut;
    piece[`${side}_end`] = from + [...texts[side].text(from, cut).trimEnd()].length;
    delete piece[`${side}_spans`];
    delete other[`${side}_spans`];
    piece[side] = other[side] = null;
  }
  pieces.splice(active + 1, 0, other);
  changed();
  return true;
}

// Where a split begins: behind the punctuation nearest to the middle, else in the middle.
function cutPoint(side, starts) {
  const middle = (starts.length - 1) / 2;
  const isBehindSign = (at) => /[.,;:!?،؛؟…\n—-]\s*$/.test(texts[side].text(at - 3, at));
  const good = starts.filter(isBehindSign);
  const distance = (at) => Math.abs(starts.indexOf(at) - middle);
  return (good.length ? good : starts).reduce((best, at) => (distance(at) < distance(best) ? at : best));
}

export function useSelection() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return false;
  const range = selection.getRangeAt(0);
  const side = sideOf(range.startContainer) ?? sideOf(range.endContainer);
  if (!side) return false;
  const text = texts[side];
  let from = text.offsetOf(range.startContainer, range.startOffset);
  let to = text.offsetOf(range.endContainer, range.endOffset);
  if (from === null || to === null || !text.text(from, to).trim()) return false;
  for (const [index, start] of text.starts.entries()) {
    const end = text.ends[index]; // a word that is cut is taken whole
    if (start < from && from < end) from = start;
    if (start < to && to < end) to = end;
  }
  setEdges(side, from, to);
  selection.removeAllRanges();
  return true;
}

function setEdges(side, from, to) {
  const text = texts[side].text(from, to);
  const start = from + (text.length - text.trimStart().length);
  const piece = pieces[active];
  piece[`${side}_start`] = start;
  piece[`${side}_end`] = start + [...text.trim()].length;
  piece[side] = null;
  delete piece[`${side}_spans`];
  changed();
}

function setEdge(side, edge, offset) {
  const piece = pieces[active];
  const other = piece[`${side}_${edge === "start" ? "end" : "start"}`];
  if (offset === null || (edge === "start" ? offset >= other : offset <= other)) return;
  const spans = piece[`${side}_spans`];
  if (spans) {
    if (edge === "start" ? offset >= spans[0][1] : offset <= spans.at(-1)[0]) return;
    if (edge === "start") spans[0][0] = offset;
    else spans.at(-1)[1] = offset;
  }
  piece[`${side}_${edge}`] = offset;
  piece[side] = null;
  changed();
  $(`.handle[data-edge="${side}-${edge}"]`)?.scrollIntoView({ block: "nearest" });
}

function spansOf(piece, side) {
  return piece[`${side}_spans`] ?? [[piece[`${side}_start`], piece[`${side}_end`]]];
}

export function textOf(piece, side) {
  return piece[side] ?? spansOf(piece, side).map(([from, to]) => texts[side].text(from, to)).join(" … ");
}

function show() {
  $("#piece-choice").replaceChildren(...(pieces.length > 1 ? pieces.map(pieceButton) : []));
  for (const side of SIDES) {
    const field = $(`#${side}-text`);
    if (document.activeElement !== field) field.value = textOf(pieces[active], side);
  }
  paint("span-now", SIDES.flatMap((side) => spansOf(pieces[active], side).map(([a, b]) => texts[side].range(a, b))));
  const others = pieces.filter((_, number) => number !== active);
  paint("span-other", others.flatMap((piece) => SIDES.flatMap((side) => spansOf(piece, side).map(([a, b]) => texts[side].range(a, b)))));
  const was = isAdding ? [] : [state.proposed];
  paint("span-was", was.flatMap((piece) => SIDES.flatMap((side) => spansOf(piece, side).map(([a, b]) => texts[side].range(a, b)))));
  placeHandles();
}

function paint(name, ranges) {
  const found = ranges.filter(Boolean);
  if (found.length) CSS.highlights?.set(name, new Highlight(...found));
  else CSS.highlights?.delete(name);
}

function pieceButton(_, number) {
  const label = document.createElement("label");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "piece", checked: number === active });
  radio.addEventListener("change", () => {
    active = number;
    show();
    $('#piece-choice input:checked')?.focus();
  });
  label.append(radio, ` ${words("piece")} ${number + 1}`);
  return label;
}

function makeHandles() {
  document.querySelectorAll(".handle").forEach((handle) => handle.remove());
  for (const side of SIDES) {
    for (const edge of EDGES) {
      const handle = document.createElement("span");
      Object.assign(handle, { className: `handle ${edge}`, tabIndex: 0 });
      handle.dataset.edge = `${side}-${edge}`;
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", words(`${side}${edge === "start" ? "Start" : "End"}`));
      texts[side].root.append(handle);
    }
  }
}

export function placeHandles() {
  for (const handle of document.querySelectorAll(".handle")) {
    const [side, edge] = handle.dataset.edge.split("-");
    const offset = pieces[active][`${side}_${edge}`];
    const place = texts[side].place(edge, offset);
    handle.hidden = !place;
    if (!place) continue;
    Object.assign(handle.style, { left: `${place.x}px`, top: `${place.top}px`, height: `${place.height}px` });
    handle.setAttribute("aria-valuemin", texts[side].points[0].at);
    handle.setAttribute("aria-valuemax", texts[side].points.at(-1).at + 1);
    handle.setAttribute("aria-valuenow", offset);
    const said = edge === "start" ? texts[side].text(offset, offset + 24) : texts[side].text(offset - 24, offset);
    handle.setAttribute("aria-valuetext", said.trim());
  }
}

// true when the key was used up
export function edgeKey(event) {
  const handle = event.target.closest?.(".handle");
  if (!handle || !event.key.startsWith("Arrow")) return false;
  const [side, edge] = handle.dataset.edge.split("-");
  const isRtl = side === "ar";
  const isOn = event.key === (isRtl ? "ArrowLeft" : "ArrowRight") || event.key === "ArrowDown";
  const from = pieces[active][`${side}_${edge}`];
  setEdge(side, edge, texts[side].step(edge, from, isOn ? 1 : -1, event.shiftKey));
  return true;
}

// Tab goes from edge to edge, whatever stands between the texts.
export function tabKey(event) {
  const handles = [...document.querySelectorAll(".handle:not([hidden])")];
  const next = handles[handles.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (event.key !== "Tab" || !handles.includes(event.target) || (!next && event.shiftKey)) return false;
  (next ?? $("#en-text")).focus();
  return true;
}

function drag(event) {
  const handle = event.target.closest?.(".handle");
  if (!handle) return;
  event.preventDefault();
  handle.focus({ preventScroll: true });
  const [side, edge] = handle.dataset.edge.split("-");
  const move = (moved) => {
    const offset = texts[side].offsetAt(moved.clientX, moved.clientY);
    if (offset !== null) setEdge(side, edge, moved.shiftKey ? offset : texts[side].nearest(edge, offset));
  };
  const end = () => {
    document.body.classList.remove("dragging");
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
  };
  document.body.classList.add("dragging"); // the handles let the pointer through to the letters
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}

export function watchEditor() {
  document.addEventListener("pointerdown", drag);
  addEventListener("resize", () => isOpen() && placeHandles());
  document.addEventListener("input", (event) => {
    const side = /^(en|ar)-text$/.exec(event.target.id || "")?.[1];
    if (!side) return;
    pieces[active][side] = event.target.value;
    store();
  });
}
