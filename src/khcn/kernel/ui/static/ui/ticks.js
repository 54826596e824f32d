// Ticks of a list: its buttons say how many rows they are about, ticks go along to its other pages, one box ticks the whole page.
(() => {
  "use strict";
  const form = () => document.getElementById("chosen");
  const boxes = () => [...document.querySelectorAll("input[form=chosen][name=pk]")];
  const elsewhere = () => [...form().querySelectorAll("input[name=pk]")];
  const wholePage = () => [...document.querySelectorAll("[data-whole-page]")];

  function count(rowsOf, onPage) {
    const ticked = elsewhere().length + onPage.length;
    const found = document.querySelector("[data-found]");
    if (ticked) return form().dataset.ticked.replace("{count}", ticked);
    if (rowsOf === "page" && boxes().length) return form().dataset.page.replace("{count}", boxes().length);
    return rowsOf === "all" && found ? form().dataset.all.replace("{count}", found.dataset.found || found.textContent) : "";
  }
  function show() {
    if (!form()) return;
    const onPage = boxes().filter((each) => each.checked);
    for (const button of document.querySelectorAll("[data-rows-of]")) {
      const text = count(button.dataset.rowsOf, onPage);
      button.lastElementChild.textContent = text && ` ${text}`;
    }
    for (const box of wholePage()) {
      box.parentElement.hidden = false;
      box.checked = onPage.length > 0 && onPage.length === boxes().length;
      box.indeterminate = onPage.length > 0 && !box.checked;
    }
    for (const link of document.querySelectorAll("a[data-ticks]")) {
      const address = new URL(link.href);
      address.searchParams.delete("pk");
      for (const each of link.dataset.ticks === "page" ? onPage : [...elsewhere(), ...onPage]) address.searchParams.append("pk", each.value);
      link.href = address.href;
    }
    const here = new URL(location.href); // going back asks the server for this page again: its address has the ticks
    here.searchParams.delete("pk");
    for (const each of [...elsewhere(), ...onPage]) here.searchParams.append("pk", each.value);
    if (here.href !== location.href) history.replaceState(history.state, "", here);
  }
  document.addEventListener("change", (event) => {
    const isWhole = event.target.matches("[data-whole-page]");
    if (!isWhole && !boxes().includes(event.target)) return;
    const changed = isWhole ? boxes().filter((each) => each.checked !== event.target.checked) : [event.target];
    for (const each of changed) each.checked = event.target.checked;
    const ticked = elsewhere().length + boxes().filter((each) => each.checked).length;
    const isTooMany = event.target.checked && ticked > Number(form().dataset.most);
    if (isTooMany) for (const each of changed) each.checked = false;
    const status = document.getElementById("ticks-status");
    status.textContent = isTooMany ? status.dataset.text : "";
    show();
  });
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("htmx:historyRestore", show);
  window.addEventListener("pageshow", show); // going back, browsers put the ticks again without telling
  show();
})();
