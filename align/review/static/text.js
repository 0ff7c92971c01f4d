// One side of the pair as the page shows it: its code points with their offsets, edges of words, and places on screen.

const ROOTS = { en: "#tweet-text", ar: "#article" };
export const SIDES = Object.keys(ROOTS);
const MARK = /^\p{M}$/u;

export function sideOf(node) {
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return SIDES.find((side) => element?.closest?.(ROOTS[side]));
}

export class SideText {
  constructor(side) {
    this.side = side;
    this.root = document.querySelector(ROOTS[side]);
    this.points = []; // {at, node, from, to, char}, in the order of the text
    this.starts = []; // of words
    this.ends = [];
    for (const token of this.root.querySelectorAll("[data-s]")) this.take(token);
    this.order = new Map(this.points.map((point, index) => [point.at, index]));
  }

  take(token) {
    const node = token.firstChild;
    const [start, end] = [Number(token.dataset.s), Number(token.dataset.e)];
    if (token.matches(".word, .latin")) {
      this.starts.push(start);
      this.ends.push(end);
    }
    if (token.classList.contains("control")) {
      this.points.push({ at: start, node, from: 0, to: node.length, char: "" }); // shown as its code point
      return;
    }
    let [at, from] = [start, 0];
    for (const char of node?.data ?? "") {
      this.points.push({ at: at++, node, from, to: from + char.length, char });
      from += char.length;
    }
  }

  inside(start, end) {
    return this.points.filter((point) => point.at >= start && point.at < end);
  }

  text(start, end) {
    return this.inside(start, end).map((point) => point.char).join("");
  }

  range(start, end) {
    const points = this.inside(start, end);
    if (!points.length) return null;
    const range = document.createRange();
    range.setStart(points[0].node, points[0].from);
    range.setEnd(points.at(-1).node, points.at(-1).to);
    return range;
  }

  // The next place for an edge: of a word, or of a letter with its marks. null where there is none.
  step(edge, from, direction, byLetter) {
    if (byLetter) return this.nextLetter(edge, from, direction);
    const stops = edge === "start" ? this.starts : this.ends;
    const beyond = stops.filter((stop) => (direction > 0 ? stop > from : stop < from));
    return beyond.length ? (direction > 0 ? Math.min(...beyond) : Math.max(...beyond)) : null;
  }

  nextLetter(edge, from, direction) {
    const first = this.points[0]?.at ?? 0;
    const last = (this.points.at(-1)?.at ?? 0) + 1;
    for (let at = from + direction; at >= first && at <= last; at += direction) {
      const own = this.points[this.order.get(edge === "start" ? at : at - 1)];
      const after = this.points[this.order.get(at)];
      if (own && own.char.trim() && !MARK.test(after?.char ?? "")) return at;
    }
    return null;
  }

  // The edge of a word or of the signs around it that is nearest to an offset.
  nearest(edge, offset) {
    const around = edge === "start" ? this.starts : this.ends;
    const signs = this.points
      .filter((point, index) => {
        const beyond = this.points[index + (edge === "start" ? -1 : 1)];
        return point.char.trim() && !(beyond?.char ?? "").trim();
      })
      .map((point) => (edge === "start" ? point.at : point.at + 1));
    return [...around, ...signs].reduce((best, one) => (Math.abs(one - offset) < Math.abs(best - offset) ? one : best), Infinity);
  }

  // The offset under a point of the screen; null outside the text.
  offsetAt(x, y) {
    const place = document.caretPositionFromPoint?.(x, y);
    const old = place ? null : document.caretRangeFromPoint?.(x, y);
    return this.offsetOf(place?.offsetNode ?? old?.startContainer, place?.offset ?? old?.startOffset);
  }

  offsetOf(node, index) {
    if (!node || !this.root.contains(node)) return null;
    if (node.nodeType !== Node.TEXT_NODE) return this.offsetOfChild(node, index);
    const own = this.points.filter((point) => point.node === node);
    return own.find((point) => point.to > index)?.at ?? (own.length ? own.at(-1).at + 1 : null);
  }

  // A range may begin between two elements: then at the first text after it.
  offsetOfChild(node, index) {
    const place = document.createRange();
    place.setStart(node, index);
    const next = this.points.find((point) => place.comparePoint(point.node, point.from) >= 0);
    return next ? next.at : (this.points.at(-1)?.at ?? -1) + 1;
  }

  // Where on the screen an edge stands, relative to the root: {x, top, bottom}.
  place(edge, offset) {
    const at = edge === "start" ? offset : offset - 1;
    const point = this.points[this.order.get(at)];
    const rect = point && this.range(at, at + 1)?.getClientRects()[0];
    if (!rect) return null;
    const isRtl = getComputedStyle(point.node.parentElement).direction === "rtl";
    const frame = this.root.getBoundingClientRect();
    const x = (edge === "start") === isRtl ? rect.right : rect.left;
    const [left, top] = [frame.left + this.root.clientLeft, frame.top + this.root.clientTop];
    return { x: x - left + this.root.scrollLeft, top: rect.top - top + this.root.scrollTop, height: rect.height };
  }
}
