// Words that render each other light up together, under the pointer or the focus; arrow keys walk through the span.

const words = (key) => document.getElementById("words").dataset[key];

function linked(word) {
  const numbers = new Set((word.dataset.l || "").split(" ").filter(Boolean));
  if (!numbers.size) return [];
  return [...document.querySelectorAll("#pair [data-l]")].filter((other) =>
    other.dataset.l.split(" ").some((number) => numbers.has(number)),
  );
}

function light(target) {
  document.querySelectorAll("#pair .lit").forEach((word) => word.classList.remove("lit"));
  const word = target?.closest?.("#pair .word, #pair .latin");
  if (!word) return;
  linked(word).forEach((other) => other.classList.add("lit"));
  point(word.dataset.f);
}

// The findings of a word, and the words of a finding.
function point(numbers) {
  document.querySelectorAll("#pair .pointed").forEach((word) => word.classList.remove("pointed"));
  if (!numbers) return;
  const wanted = new Set(numbers.split(" "));
  document.querySelectorAll("#pair [data-f]").forEach((word) => {
    if (word.dataset.f.split(" ").some((number) => wanted.has(number))) word.classList.add("pointed");
  });
}

function speak(word) {
  const side = word.closest("#tweet-text") ? "#article" : "#tweet-text";
  const others = linked(word).filter((other) => other.closest(side));
  const text = others.map((other) => other.textContent).join(" ") || words("nothingLinked");
  const findings = [...document.querySelectorAll(".finding")]
    .filter((item) => (word.dataset.f || "").split(" ").includes(item.dataset.number))
    .map((item) => item.querySelector("p").textContent.trim());
  document.getElementById("link-voice").textContent = [`${word.textContent} ↔ ${text}`, ...findings].join(". ");
}

// A word can be focused only while it is: the mouse cannot begin a selection at the first letter of what can be focused.
function focusWord(word) {
  if (!word) return;
  word.tabIndex = -1;
  word.addEventListener("blur", () => word.removeAttribute("tabindex"), { once: true });
  word.focus();
}

export function walk() {
  const first = document.querySelector("#tweet-text mark .word") ?? document.querySelector("#tweet-text .word");
  focusWord(first);
}

// true when the key was used up
export function walkKey(event) {
  const word = event.target.closest?.("#pair .word, #pair .latin");
  if (!word) return false;
  const isRtl = word.closest("[dir]").dir === "rtl";
  const forward = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const side = word.closest("#tweet-text") ? "#article" : "#tweet-text";
    const there = linked(word).find((other) => other.closest(side)) || document.querySelector(`${side} mark .word`);
    focusWord(there);
    return true;
  }
  if (event.key !== forward && event.key !== back) return false;
  const all = [...word.closest("#tweet-text, #article, .candidates").querySelectorAll(".word, .latin")];
  const next = all[all.indexOf(word) + (event.key === forward ? 1 : -1)];
  focusWord(next);
  return true;
}

export function watchWords() {
  document.addEventListener("pointerover", (event) => light(event.target));
  document.addEventListener("focusin", (event) => {
    light(event.target);
    const word = event.target.closest?.("#pair .word, #pair .latin");
    if (word) speak(word);
    const finding = event.target.closest?.(".finding");
    if (finding) point(finding.dataset.number);
  });
}
