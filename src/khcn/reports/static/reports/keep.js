// The text of a report that is being typed stays on this device until the server has it (docs/adr/0046).
import { nameOf, outlivesTab, read, remove, write } from "../ui/device-store.js";

const same = (one, other) => one.normalize().replace(/\r\n?/g, "\n").trim() === other.normalize().replace(/\r\n?/g, "\n").trim();

// With the text goes the mark of the stored words that the typing began from: the server sees from it when a colleague has
// saved others since, and shows both.
export async function keep(area, shown) {
  const stored = area.defaultValue;
  const form = area.closest("form");
  if (!form.querySelector(`[data-draft="${area.name}"]`)) return; // drafts.js keeps it with the form
  const isUnsaved = form.hasAttribute("data-typed"); // the page shows what was typed and refused
  const banner = form.querySelector(`[data-draft="${area.name}"]`);
  const mark = form.elements.mark;
  let writing = nameOf(`${location.pathname}:${area.name}`); // one after the other: the last text is the one that stays
  const save = (typed) => {
    const entry = { mark: mark?.value || "", text: typed };
    const isStored = same(typed, stored) && !isUnsaved;
    writing = writing.then(async (name) => {
      try {
        if (isStored) remove(name);
        else await write(name, entry);
        if (isStored || outlivesTab()) delete form.dataset.touched;
        else form.dataset.touched = "1";
      } catch {
        form.dataset.touched = "1"; // no room, or no storage: the page asks before it is left
      }
      return name;
    });
  };
  area.addEventListener("typed", () => save(area.value));
  if (isUnsaved) {
    save(area.value);
    return;
  }
  const name = await writing;
  const entry = await read(name);
  if (entry === null || !same(area.value, stored)) return; // nothing, or typing has begun: that is newer
  if (same(entry.found.text, stored)) remove(name);
  else {
    banner.hidden = false;
    banner.addEventListener("click", (event) => {
      const what = event.target.closest("button")?.dataset.do;
      if (!what) return;
      banner.hidden = true;
      if (what === "drop") {
        remove(name);
        return;
      }
      area.value = entry.found.text;
      if (mark) mark.value = entry.found.mark;
      shown();
      area.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
    });
  }
}
