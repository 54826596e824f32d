// A text being typed is kept in this browser until the server has it: a closed tab or a lost session loses nothing.
// It is encrypted (AES-GCM) by a key that the page brings for this account alone: who opens the browser's storage without
// signing in reads nothing. Without HTTPS browsers have no such thing; there the text lasts as long as the tab.

const same = (one, other) => one.normalize().replace(/\r\n?/g, "\n").trim() === other.normalize().replace(/\r\n?/g, "\n").trim();
const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const text = (found) => btoa(Array.from(new Uint8Array(found), (each) => String.fromCharCode(each)).join(""));
const START = 12; // bytes of the random start of AES-GCM

function store(key) {
  if (!globalThis.crypto?.subtle)
    return {
      read: async (name) => sessionStorage.getItem(name),
      write: async (name, value) => sessionStorage.setItem(name, value),
      drop: (name) => sessionStorage.removeItem(name),
    };
  const opened = crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async read(name) {
      const stored = localStorage.getItem(name);
      if (stored === null) return null;
      try {
        const whole = bytes(stored);
        const made = { name: "AES-GCM", iv: whole.slice(0, START), additionalData: new TextEncoder().encode(name) };
        return new TextDecoder().decode(await crypto.subtle.decrypt(made, await opened, whole.slice(START)));
      } catch {
        return null; // of another key, or not ours
      }
    },
    async write(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(START));
      const made = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
      const found = new Uint8Array(await crypto.subtle.encrypt(made, await opened, new TextEncoder().encode(value)));
      localStorage.setItem(name, text([...iv, ...found]));
    },
    drop: (name) => localStorage.removeItem(name),
  };
}

// With the text goes the mark of the stored words that the typing began from: the server sees from it when a colleague has
// saved others since, and shows both.
const read = (kept) => {
  try {
    const [mark, text] = JSON.parse(kept);
    return { mark: String(mark), text: String(text) };
  } catch {
    return { mark: "", text: kept }; // from before marks were kept: the server compares it with what is stored
  }
};

export async function keep(area, owner, secret, shown) {
  const name = `khcn:${owner}:${location.pathname}:${area.name}`;
  const place = store(secret);
  const stored = area.defaultValue;
  const form = area.closest("form");
  const isUnsaved = form.hasAttribute("data-unsaved"); // the page shows what was typed and refused
  const banner = form.querySelector(`[data-draft="${area.name}"]`);
  const mark = form.elements.mark;
  let writing = Promise.resolve(); // one after the other: the last text is the one that stays
  const write = (typed) => {
    const entry = JSON.stringify([mark?.value || "", typed]);
    const isStored = same(typed, stored) && !isUnsaved;
    writing = writing.catch(() => {}).then(() => (isStored ? place.drop(name) : place.write(name, entry)));
  };
  area.addEventListener("typed", () => write(area.value));
  if (isUnsaved) {
    write(area.value);
    return;
  }
  const entry = await place.read(name);
  if (entry === null || !same(area.value, stored)) return; // nothing, or typing has begun: that is newer
  const kept = read(entry);
  if (same(kept.text, stored)) place.drop(name);
  else if (banner) {
    banner.hidden = false;
    banner.addEventListener("click", (event) => {
      const what = event.target.closest("button")?.dataset.do;
      if (!what) return;
      banner.hidden = true;
      if (what === "drop") {
        place.drop(name);
        return;
      }
      area.value = kept.text;
      if (mark) mark.value = kept.mark;
      shown();
      area.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
    });
  }
}
