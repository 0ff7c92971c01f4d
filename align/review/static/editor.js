// Correcting a pair: its spans by two sliders a side or by selected text, its texts by hand; pieces when it is split.

const words = (key) => document.getElementById("words").dataset[key];
const SIDES = { en: "#tweet-text", ar: "#article" };

let pieces = []; // the draft
let active = 0;

const field = (side, name) => document.getElementById(`${side}-${name}`);
const tokens = (side) => [...document.querySelectorAll(`${SIDES[side]} .word, ${SIDES[side]} .latin`)];
const start = (token) => Number(token.dataset.s);
const end = (token) => Number(token.dataset.e);

export const isOpen = () => !document.getElementById("editor")?.hidden;

export function draft() {
  return pieces.map((piece) => ({ ...piece }));
}

export function open(state, given = state.pieces) {
  pieces = given.map((piece) => ({ ...piece }));
  active = 0;
  document.getElementById("editor").hidden = false;
  document.querySelector('[data-do="edit"]').setAttribute("aria-expanded", "true");
  show();
  field("ar", "first").focus();
}

export function close() {
  document.getElementById("editor").hidden = true;
  const button = document.querySelector('[data-do="edit"]');
  button.setAttribute("aria-expanded", "false");
  document.querySelectorAll("#pair .in, #pair .out").forEach((token) => token.classList.remove("in", "out"));
  button.focus();
}

export function reset(state) {
  pieces = [{ ...state.proposed }];
  active = 0;
  show();
}

export function split() {
  const piece = pieces[active];
  const other = { ...piece };
  for (const side of ["en", "ar"]) {
    const inside = tokens(side).filter((t) => start(t) >= piece[`${side}_start`] && end(t) <= piece[`${side}_end`]);
    if (inside.length < 2) return;
    const cut = cutPoint(side, inside);
    piece[`${side}_end`] = end(inside[cut - 1]);
    other[`${side}_start`] = start(inside[cut]);
    piece[side] = textBetween(side, piece);
    other[side] = textBetween(side, other);
  }
  pieces.splice(active + 1, 0, other);
  show();
}

// Where a split begins: at the punctuation nearest to the middle, else in the middle.
function cutPoint(side, inside) {
  const middle = inside.length / 2;
  let best = Math.floor(middle);
  let least = Infinity;
  for (let i = 1; i < inside.length; i++) {
    const gap = textBetween(side, { [`${side}_start`]: end(inside[i - 1]), [`${side}_end`]: start(inside[i]) });
    if (/[.,;:!?،؛؟…\n—-]/.test(gap) && Math.abs(i - middle) < least) {
      least = Math.abs(i - middle);
      best = i;
    }
  }
  return best;
}

export function useSelection() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return false;
  const range = selection.getRangeAt(0);
  const side = document.querySelector(SIDES.ar).contains(range.commonAncestorContainer)
    ? "ar"
    : document.querySelector(SIDES.en).contains(range.commonAncestorContainer)
      ? "en"
      : null;
  const touched = side ? tokens(side).filter((token) => range.intersectsNode(token) && holdsText(range, token)) : [];
  if (!touched.length) return false;
  setSpan(side, start(touched[0]), end(touched[touched.length - 1]));
  return true;
}

// A range that ends just before a word touches its element without holding any of its text.
function holdsText(range, token) {
  const part = document.createRange();
  part.selectNodeContents(token);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part.toString().trim() !== "";
}

export function setSpan(side, from, to) {
  const piece = pieces[active];
  piece[`${side}_start`] = from;
  piece[`${side}_end`] = to;
  piece[side] = textBetween(side, piece);
  show();
}

function textBetween(side, piece) {
  const from = piece[`${side}_start`];
  const to = piece[`${side}_end`];
  return [...document.querySelectorAll(`${SIDES[side]} [data-s]`)]
    .filter((token) => start(token) >= from && end(token) <= to)
    .map((token) => (token.classList.contains("control") ? "" : token.textContent))
    .join("");
}

function show() {
  const choice = document.getElementById("piece-choice");
  choice.replaceChildren(...(pieces.length > 1 ? pieces.map(pieceButton) : []));
  for (const side of ["en", "ar"]) showSide(side);
}

function pieceButton(_, number) {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  radio.type = "radio";
  radio.name = "piece";
  radio.checked = number === active;
  radio.addEventListener("change", () => {
    active = number;
    for (const side of ["en", "ar"]) showSide(side);
  });
  label.append(radio, ` ${words("piece")} ${number + 1}`);
  return label;
}

function showSide(side) {
  const all = tokens(side);
  const piece = pieces[active];
  const inside = all.filter((t) => start(t) < piece[`${side}_end`] && end(t) > piece[`${side}_start`]);
  const edges = { first: all.indexOf(inside[0]), last: all.indexOf(inside[inside.length - 1]) };
  for (const [name, index] of Object.entries(edges)) {
    const slider = field(side, name);
    slider.max = all.length - 1;
    slider.value = index;
    slider.setAttribute("aria-valuetext", all[index]?.textContent ?? "");
  }
  if (document.activeElement !== field(side, "text")) field(side, "text").value = piece[side] ?? textBetween(side, piece);
  for (const token of document.querySelectorAll(`${SIDES[side]} [data-s]`)) {
    const isIn = start(token) >= piece[`${side}_start`] && end(token) <= piece[`${side}_end`];
    token.classList.toggle("in", isIn);
  }
  document.querySelectorAll(`${SIDES[side]} mark`).forEach((mark) => mark.classList.add("out"));
}

function slide(side, moved) {
  const all = tokens(side);
  let first = Number(field(side, "first").value);
  let last = Number(field(side, "last").value);
  if (first > last) [first, last] = moved === "first" ? [first, first] : [last, last];
  setSpan(side, start(all[first]), end(all[last]));
  all[moved === "first" ? first : last].scrollIntoView({ block: "nearest" });
}

export function watchEditor() {
  document.addEventListener("input", (event) => {
    const found = /^(en|ar)-(first|last|text)$/.exec(event.target.id || "");
    if (!found) return;
    if (found[2] === "text") pieces[active][found[1]] = event.target.value;
    else slide(found[1], found[2]);
  });
}
