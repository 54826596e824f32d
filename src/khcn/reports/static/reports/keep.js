// A text being typed is kept in this browser until the server has it: a closed tab or a lost session loses nothing.

const same = (one, other) => one.normalize().replace(/\r\n?/g, "\n").trim() === other.normalize().replace(/\r\n?/g, "\n").trim();

export function keep(area, owner, shown) {
  const key = `khcn:${owner}:${location.pathname}:${area.name}`;
  const stored = area.defaultValue;
  const banner = area.closest("form").querySelector(`[data-draft="${area.name}"]`);
  const kept = localStorage.getItem(key);
  if (kept !== null && same(kept, stored)) localStorage.removeItem(key);
  else if (kept !== null && banner) {
    banner.hidden = false;
    banner.addEventListener("click", (event) => {
      const what = event.target.closest("button")?.dataset.do;
      if (!what) return;
      banner.hidden = true;
      if (what === "drop") {
        localStorage.removeItem(key);
        return;
      }
      area.value = kept;
      shown();
      area.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
    });
  }
  area.addEventListener("typed", () => {
    if (same(area.value, stored)) localStorage.removeItem(key);
    else localStorage.setItem(key, area.value);
  });
}
