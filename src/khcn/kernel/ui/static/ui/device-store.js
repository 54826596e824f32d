// What is being typed, on this device until the server has it: forms (drafts.js) and texts of reports (keep.js), docs/adr/0046.
// It is encrypted (AES-GCM) by a key that the pages of this account bring: who opens the browser's storage without signing
// in reads nothing, nor does another account of the same computer. Without HTTPS browsers offer no encryption; there an
// entry lasts as long as the tab. An entry is "when:what"; its name says whose it is, and not of which record.
export const { draftOwner: owner, draftKey: secret } = document.body.dataset;
const LASTS = 7 * 24 * 3600 * 1000; // milliseconds
const START = 12; // bytes of the random start of AES-GCM
const ALL = "khcn:draft:";
const MINE = `${ALL}${owner}:`;
const text = (found) => btoa(Array.from(new Uint8Array(found), (each) => String.fromCharCode(each)).join(""));
const bytes = (found) => Uint8Array.from(atob(found), (each) => each.charCodeAt(0));
const encoded = (words) => new TextEncoder().encode(words);
const place = () => (globalThis.crypto?.subtle ? localStorage : sessionStorage);
const opened = secret && globalThis.crypto?.subtle && crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);

export async function nameOf(what) {
  if (!opened) return MINE + what;
  return MINE + text(await crypto.subtle.digest("SHA-256", encoded(secret + what))).slice(0, 22);
}
export const isMine = (name) => name.startsWith(MINE);
export const outlivesTab = () => place() === localStorage;

export async function write(name, found) {
  let what = JSON.stringify(found);
  if (opened) {
    const iv = crypto.getRandomValues(new Uint8Array(START));
    const made = { name: "AES-GCM", iv, additionalData: encoded(name) };
    what = text([...iv, ...new Uint8Array(await crypto.subtle.encrypt(made, await opened, encoded(what)))]);
  }
  place().setItem(name, `${Date.now()}:${what}`);
}
export async function read(name) {
  const stored = place().getItem(name);
  if (stored === null) return null;
  const [at, what] = [Number.parseInt(stored, 10), stored.slice(stored.indexOf(":") + 1)];
  try {
    if (!opened) return { at, found: JSON.parse(what) };
    const whole = bytes(what);
    const made = { name: "AES-GCM", iv: whole.slice(0, START), additionalData: encoded(name) };
    return { at, found: JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(made, await opened, whole.slice(START)))) };
  } catch {
    return null; // of another key, or not ours
  }
}
export const remove = (name) => place().removeItem(name);

const eachName = (storage, prefix) => Object.keys(storage).filter((name) => name.startsWith(prefix));
// By every page, also the sign-in page.
export function removeOld() {
  for (const storage of [localStorage, sessionStorage]) {
    for (const name of eachName(storage, ALL)) {
      const age = Date.now() - Number.parseInt(storage.getItem(name), 10);
      if (!(age > -LASTS && age < LASTS)) storage.removeItem(name);
    }
  }
}
// At sign-out.
export function removeAll() {
  for (const storage of [localStorage, sessionStorage]) eachName(storage, MINE).forEach((name) => storage.removeItem(name));
}
