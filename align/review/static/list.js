// The list beside the pair: open or closed, what is picked in it, and decisions on all that is picked.

const $ = (selector) => document.querySelector(selector);
const OPEN = "align-list-open";
const MOST = 51; // pairs in one act, as the server takes them

let picked = null; // the last box that was clicked: Shift picks what lies between

export function toggleList() {
  const isOpen = $("#list").hidden;
  if (isOpen) localStorage.setItem(OPEN, "1");
  else localStorage.removeItem(OPEN);
  showList();
  if (isOpen) $("#list").focus();
}

export function showList() {
  if (!$("#list")) return;
  const isOpen = Boolean(localStorage.getItem(OPEN));
  $("#list").hidden = !isOpen;
  document.body.classList.toggle("with-list", isOpen);
  $('[data-do="list"]').setAttribute("aria-expanded", String(isOpen));
  if (isOpen) loadList();
}

export function loadList() {
  if (!$("#list") || $("#list").hidden) return;
  const query = new URLSearchParams(location.search);
  for (const name of ["pair", "after", "before", "final"]) query.delete(name);
  htmx.ajax("GET", `/list?${query}`, { target: "#list" });
}

export function markShown(pair) {
  for (const link of document.querySelectorAll("#listed a")) {
    if (Number(link.dataset.go) === pair) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// What is picked, in acts that the server takes: each the first pair and the others with it.
export function bulkActs() {
  const pairs = [...document.querySelectorAll(".pick:checked")].map((box) => ({
    pair: Number(box.value),
    version: Number(box.dataset.version),
  }));
  const acts = [];
  for (let from = 0; from < pairs.length; from += MOST) acts.push(pairs.slice(from, from + MOST));
  return acts.map(([first, ...also]) => ({ ...first, also }));
}

export function watchList() {
  document.addEventListener("click", (event) => {
    if (event.target.id === "pick-all") {
      for (const box of document.querySelectorAll(".pick")) box.checked = event.target.checked;
    }
    if (!event.target.matches(".pick")) return;
    const boxes = [...document.querySelectorAll(".pick")];
    const [from, to] = [boxes.indexOf(picked), boxes.indexOf(event.target)].sort((one, other) => one - other);
    if (event.shiftKey && from >= 0) boxes.slice(from, to).forEach((box) => (box.checked = event.target.checked));
    picked = event.target;
  });
}
