// What was typed and not yet saved: kept in this browser under the pair, until it is saved or discarded by name.

const { store, reviewer } = document.body.dataset;
const PREFIX = `align-draft:${store}:${reviewer}:`;

export function keep(pair, kind, value) {
  localStorage.setItem(`${PREFIX}${pair}:${kind}`, JSON.stringify(value));
}

export function kept(pair, kind) {
  const value = localStorage.getItem(`${PREFIX}${pair}:${kind}`);
  return value === null ? null : JSON.parse(value);
}

export function forget(pair, kind) {
  localStorage.removeItem(`${PREFIX}${pair}:${kind}`);
}
