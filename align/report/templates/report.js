"use strict";
{
  // Words that render each other light up together, under the pointer and under the keyboard's focus.
  const light = (word) => {
    for (const other of document.querySelectorAll(".w.on")) other.classList.remove("on");
    if (!word) return;
    const wanted = new Set(word.dataset.l.split(" "));
    for (const other of word.closest(".rendering, .columns section").querySelectorAll(".w")) {
      if (other.dataset.l.split(" ").some((number) => wanted.has(number))) other.classList.add("on");
    }
  };
  const wordOf = (event) => (event.target.closest ? event.target.closest(".rendering .w") : null);
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (event) => light(wordOf(event)));

  // One form for what is written in several: marks and tatweel away, hamza seats, taa marbuta and alif maqsura as one.
  const fold = (text) => text.normalize("NFKC").toLowerCase()
    .replace(/[\u064b-\u065f\u0670\u0640]/g, "").replace(/[أإآٱ]/g, "ا").replace(/ؤ/g, "و").replace(/[ئى]/g, "ي").replace(/ة/g, "ه");

  const form = document.querySelector(".filters");
  const renderings = [...document.querySelectorAll(".rendering")];
  const apply = () => {
    const { verdict, severity, code, outlet, words } = Object.fromEntries(new FormData(form));
    const sought = fold(words).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of renderings) {
      const data = item.dataset;
      const fits = (!verdict || data.verdict === verdict) && (!severity || data.severity === severity)
        && (!code || data.codes.split(" ").includes(code)) && (!outlet || data.outlet === outlet)
        && sought.every((word) => fold(item.textContent).includes(word));
      item.hidden = !fits;
      count += fits;
    }
    const isFiltered = verdict || severity || code || outlet || sought.length;
    for (const article of document.querySelectorAll("article")) {
      article.hidden = Boolean(isFiltered) && !article.querySelector(".rendering:not([hidden])");
    }
    document.getElementById("count").textContent = count;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
