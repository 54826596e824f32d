// Before anything is drawn: a person who chose neither light nor dark gets what the system prefers. Without script: light.
(() => {
  "use strict";
  const page = document.documentElement;
  if (!("followsSystem" in page.dataset)) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    page.dataset.bsTheme = dark.matches ? "dark" : "light";
    document.querySelector("meta[name=color-scheme]").content = page.dataset.bsTheme;
  };
  apply();
  dark.addEventListener("change", apply);
})();
