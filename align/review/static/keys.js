// Which act a key stands for: by its sign, by its place on an Arabic layout, or as the reviewer has set it.

const OFF = "align-keys-off";
const OWN = "align-keys"; // a JSON of act to key, such as {"accept": "1", "redo": "Y"}
const KEYS = {
  accept: "a", reject: "r", unsure: "u", skip: "s", edit: "e", undo: "z", redo: "Z", next: "j", previous: "k",
  "next-unsure": "x", findings: "f", candidates: "c", tags: "g", note: "n", words: "w", split: "p", merge: "m",
  sentences: "t", list: "l", search: "/", help: "?",
};

export const areOn = () => !localStorage.getItem(OFF);

export function switchKeys(isOn) {
  if (isOn) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

export function ownKeys() {
  try {
    const own = JSON.parse(localStorage.getItem(OWN) ?? "{}");
    return Object.fromEntries(Object.entries(own).filter(([name, key]) => name in KEYS && typeof key === "string"));
  } catch {
    return {}; // not JSON: the usual keys
  }
}

// Raises SyntaxError for what is no JSON.
export function setOwnKeys(text) {
  if (text.trim()) localStorage.setItem(OWN, JSON.stringify(JSON.parse(text)));
  else localStorage.removeItem(OWN);
}

export function nameOf(event) {
  const byKey = Object.fromEntries(Object.entries({ ...KEYS, ...ownKeys() }).map(([name, key]) => [key, name]));
  const sign = byPlace(event) ?? event.key;
  return byKey[sign] ?? (event.shiftKey ? undefined : byKey[sign.toLowerCase()]);
}

// With an Arabic layout the key's own sign is an Arabic letter; its place still says which one is meant.
function byPlace(event) {
  if (/^[\x00-\x7f]$/.test(event.key)) return undefined;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  if (/^Key[A-Z]$/.test(event.code)) return event.shiftKey ? event.code[3] : event.code[3].toLowerCase();
  return event.key === "؟" ? "?" : undefined;
}
