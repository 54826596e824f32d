// Comforts on top of pages that work without any script. No inline handlers, no requests to other hosts.
(() => {
  "use strict";

  // --- Vietnamese typing: while an input method is composing a letter, nothing is sent and Enter does not submit.
  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", (event) => { composing = false; announce(event.target); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || composing)) event.preventDefault();
  }, true);
  const announced = new WeakMap();
  function announce(input) {
    if (composing || !(input instanceof HTMLInputElement) || !input.matches("[hx-trigger*=typed]")) return;
    if (announced.get(input) === input.value) return;
    announced.set(input, input.value);
    input.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
  }
  document.addEventListener("input", (event) => { if (!event.isComposing) announce(event.target); });

  // --- search box: Ctrl+K, arrows through the hits, Escape; keys that are faster than the answer to what is typed wait for it,
  // so that Enter never opens a hit of the text before
  const box = () => document.getElementById("search-box");
  const hits = () => document.getElementById("search-hits");
  let typed, answered; // the text since this page is here, and the one that the hits belong to
  let waiting = null; // how far down, and whether to open what is there
  function moveInHits(steps) {
    const links = [...hits().querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const next = Math.min(at + steps, links.length - 1);
    (next < 0 ? box() : links[next]).focus();
  }
  function waitForHits(event) {
    if (document.activeElement !== box() || typed === answered) return false;
    if (event.key === "ArrowDown") waiting = { steps: (waiting?.steps ?? 0) + 1, opens: false };
    else if (event.key === "Enter" && waiting) waiting.opens = true;
    else return false;
    event.preventDefault();
    return true;
  }
  function hitsAnswered(text, isFound) {
    answered = text;
    if (!waiting || text !== typed) return;
    const { steps, opens } = waiting;
    waiting = null;
    if (!isFound || document.activeElement !== box()) return;
    moveInHits(steps);
    if (opens && document.activeElement !== box()) document.activeElement.click();
  }
  for (const [name, isFound] of [["afterSwap", true], ["sendError", false], ["responseError", false], ["timeout", false]]) {
    document.addEventListener(`htmx:${name}`, (event) => {
      if (event.detail.elt === box() || event.detail.target === hits()) hitsAnswered(event.detail.requestConfig.parameters.q, isFound);
    });
  }
  document.addEventListener("input", (event) => { if (event.target === box()) [typed, waiting] = [box().value, null]; });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      box()?.focus();
      box()?.select();
    }
    if (event.key === "Escape") {
      if (hits()?.contains(document.activeElement)) box().focus();
      if (hits()) hits().replaceChildren();
      const open = document.querySelector("details.menu[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
    if (hits() && waitForHits(event)) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits()?.querySelector("a")) {
      if (document.activeElement !== box() && !hits().contains(document.activeElement)) return;
      event.preventDefault();
      moveInHits(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (hits() && !event.target.closest(".topbar-search")) hits().replaceChildren();
  });

  // --- which groups of the menu are open stays as it was left
  document.querySelectorAll("details[data-keep]").forEach((group) => {
    const stored = sessionStorage.getItem(group.dataset.keep);
    if (stored !== null && !group.querySelector("[aria-current]")) group.open = stored === "1";
    group.addEventListener("toggle", () => sessionStorage.setItem(group.dataset.keep, group.open ? "1" : "0"));
  });

  // --- sections of a form that apply only while another field holds certain values
  const valueOf = (control) => control.type === "checkbox" ? (control.checked ? "True" : "False") : control.value;
  function showSections(form, changed) {
    form.querySelectorAll("fieldset[data-when]").forEach((part) => {
      const control = form.elements[part.dataset.when];
      if (!control || (changed && control !== changed)) return;
      const applies = part.dataset.values.split(" ").includes(valueOf(control));
      // What is on record, or was refused, stays in sight until the controlling field is changed.
      const holds = !changed && [...part.elements].some((each) => each.type === "checkbox" ? each.checked : each.value);
      part.hidden = part.disabled = !applies && !holds;
      part.querySelectorAll("[data-when-note]").forEach((note) => { note.hidden = applies; });
    });
  }
  window.showSections = showSections;
  document.querySelectorAll("form").forEach((form) => showSections(form));
  document.addEventListener("change", (event) => { if (event.target.form) showSections(event.target.form, event.target); });

  // --- one more row of another register in this form, without asking the server for it
  window.addRow = (part) => {
    const total = part.querySelector(`input[name="${part.dataset.rows}-TOTAL_FORMS"]`);
    const holder = document.createElement("template");
    const pattern = part.querySelector("template");
    holder.innerHTML = pattern.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.firstElementChild;
    total.value = Number(total.value) + 1;
    part.querySelector("[data-rows-here]").append(row);
    window.enhanceLookUps(row);
    return row;
  };
  document.addEventListener("click", (event) => {
    const part = event.target.closest("button[data-more]")?.closest("[data-rows]");
    if (!part?.querySelector("template")) return;
    event.preventDefault();
    const row = window.addRow(part);
    window.firstField(row)?.focus();
    row.dispatchEvent(new Event("change", { bubbles: true })); // a draft holds the row, too
  });

  // --- an amount is grouped while it is typed; the caret stays behind the same digit. Text ("1,2 tỷ") stays as it is.
  const groupAmount = (event) => {
    const input = event.target;
    if (event.isComposing || !input.matches("input[data-grouped]") || !/^[\d.]+$/.test(input.value)) return;
    const digitsAfter = input.value.slice(input.selectionStart).replace(/\D/g, "").length;
    const grouped = input.value.replace(/\D/g, "").replace(/\B(?=(\d{3})+$)/g, ".");
    if (grouped === input.value) return;
    input.value = grouped;
    let at = grouped.length;
    for (let left = digitsAfter; left > 0; at -= 1) if (/\d/.test(grouped[at - 1])) left -= 1;
    input.setSelectionRange(at, at);
  };
  document.addEventListener("input", groupAmount);
  document.addEventListener("restored", groupAmount, true); // a draft may have been stored between a key and the grouping

  // --- one press of a button is one request, also when it is pressed twice
  const sent = new WeakMap(); // by form: which button, and when
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const last = sent.get(form);
    if (last && last.by === event.submitter && performance.now() - last.at < 5000) event.preventDefault();
    else sent.set(form, { by: event.submitter, at: performance.now() });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach((form) => sent.delete(form)); });

  // --- a press that ends where it began is a press of the button that stood there, also when the page has moved meanwhile: a box
  // that is left says something above the button, or the answer to a look-up does. Browsers then press what holds both places.
  let pressed = null; // the button or link, and where it stood
  document.addEventListener("mousedown", (event) => {
    const target = event.button === 0 && event.target.closest?.("button, a[href]");
    pressed = target ? { target, place: target.getBoundingClientRect() } : null;
  }, true);
  document.addEventListener("mouseup", (event) => {
    const { target, place } = pressed ?? {};
    pressed = null;
    if (!target?.isConnected || target.contains(event.target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isThere = event.clientX >= place.left && event.clientX <= place.right && event.clientY >= place.top && event.clientY <= place.bottom;
    if (isThere) target.click();
  }, true);

  // --- browsers leave a long text that gets the focus behind the bar with the buttons; other fields they bring above it
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("form:has(.form-actions) textarea")) requestAnimationFrame(() => event.target.scrollIntoView({ block: "nearest" }));
  });

  // --- choosing a file speaks the language of the page, not that of the browser
  function faceOfFile(input) {
    const face = document.createElement("span");
    face.className = "file-face";
    face.setAttribute("aria-hidden", "true");
    for (const name of ["btn btn-second", "muted"]) {
      const piece = document.createElement("span");
      piece.className = name;
      face.append(piece);
    }
    face.firstChild.textContent = document.body.dataset.choose;
    const tell = () => { face.lastChild.textContent = [...input.files].map((each) => each.name).join(", ") || document.body.dataset.unchosenFile; };
    face.addEventListener("click", () => input.click());
    input.addEventListener("change", tell);
    input.classList.add("visually-hidden");
    input.after(face);
    tell();
  }

  // --- after an error the summary is read first, else typing begins in the first empty field of a new record; a form whose
  // draft the device cannot hold asks before it is left
  window.firstField = (root) => {
    const fields = [...root.querySelectorAll("input:not([type=hidden]), select, textarea")]
      .filter((each) => !each.disabled && each.tabIndex >= 0 && each.getClientRects().length);
    // the box of a look-up is empty also while a record is chosen in it
    return fields.find((each) => !each.value && !each.closest(".ts-wrapper.has-items")) || fields[0];
  };
  function ready(root) {
    window.enhanceLookUps(root);
    root.querySelectorAll("input[type=file]").forEach(faceOfFile);
    const start = root.querySelector("[data-focus]") || [...root.querySelectorAll("form[data-begin]")].map(window.firstField)[0];
    if (!location.hash) start?.focus();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ready(document));
  else ready(document);
  document.addEventListener("htmx:afterSwap", (event) => window.enhanceLookUps(event.target));
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.closest("form[data-guard]")) event.target.closest("form").dataset.touched = "1";
  });
  document.addEventListener("submit", (event) => { delete event.target.dataset.touched; });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-touched]:not([data-draft-stored])")) event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print()); // all rows are here
})();
