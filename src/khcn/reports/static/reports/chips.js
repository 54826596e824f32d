// Report texts with their figures as chips. The text area stays the truth: it holds the markup, is what the form
// posts, and is all there is without this script.

import { keep } from "./keep.js";
import { FIGURE, GAP, chip, element, load, save } from "./markup.js";

const ASPECT = { "": "value", so: "value", chu: "value", ten: "names", bang: "cells" };

const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();

// ------------------------------------------------------------------------------------ what chips show

class Known {
  constructor(root, data) {
    this.root = root;
    this.address = root.dataset.chips;
    this.overrides = data.overrides;
    this.asked = new Set();
    this.chips = new Map(data.chips.map((each) => [each.source, each]));
  }

  refresh(page) {
    const counts = new Map();
    const unknown = new Set();
    for (const each of page.querySelectorAll("[data-source]")) {
      const source = each.dataset.source;
      if (source.startsWith("[^")) {
        const words = source.endsWith(":") ? this.root.dataset.noteWords : "";
        each.replaceChildren(words ? `${words} ${source.slice(2, -2)}:` : source.slice(2, -1));
        each.classList.add("chip-note");
        continue;
      }
      const known = this.chips.get(source);
      if (!known) unknown.add(source);
      const [, code, word] = source.match(FIGURE) ?? [];
      const aspect = ASPECT[word ?? ""];
      const nth = code ? (counts.get(code + aspect) ?? 0) + 1 : 0;
      counts.set(code + aspect, nth);
      const typed = this.overrides.find((o) => o.code === code && o.aspect === aspect && o.nth === nth);
      each.classList.toggle("chip-override", Boolean(typed));
      each.classList.toggle("chip-variable", !code);
      each.title = [known?.label, typed?.reason].filter(Boolean).join(" – ");
      const parts = [element("b", { textContent: typed?.shown || known?.shown || "…" })];
      if (typed) parts.push(element("i", { textContent: this.root.dataset.overrideWords }));
      parts.push(element("span", { textContent: known?.label ?? "" }));
      if (code) parts.push(element("small", { textContent: source.slice(1, -1) }));
      each.replaceChildren(...parts);
    }
    this.ask([...unknown].filter((source) => !this.asked.has(source)), page);
  }

  async ask(sources, page) {
    if (!sources.length || !this.address) return;
    sources.forEach((source) => this.asked.add(source));
    const answer = await fetch(`${this.address}?${new URLSearchParams({ text: sources.join("\n") })}`);
    if (!answer.ok) return;
    for (const each of (await answer.json()).chips) this.chips.set(each.source, each);
    this.refresh(page);
  }
}

// ------------------------------------------------------------------------------------ the editor

export function enhance(root) {
  const area = root.querySelector("textarea");
  root.prepend(document.getElementById("chip-tools").content.cloneNode(true));
  const page = element("div", { className: "chip-page form-control", contentEditable: "true" });
  for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-label", root.dataset.label]])
    page.setAttribute(name, value);
  const known = new Known(root, JSON.parse(document.getElementById(root.dataset.known).textContent));
  let composing = false;
  let last = null;

  const say = () => area.dispatchEvent(new CustomEvent("typed", { bubbles: true }));
  const show = () => {
    page.replaceChildren(load(area.value));
    known.refresh(page);
  };
  const changed = () => {
    if (composing) return;
    known.refresh(page);
    area.value = save(page);
    say();
  };
  const place = () => {
    // where the caret was, always inside a paragraph or a cell
    if (last && last.startContainer !== page && page.contains(last.startContainer)) return last;
    if (!page.lastElementChild || page.lastElementChild.tagName === "TABLE") page.append(element("p"));
    const range = document.createRange();
    range.selectNodeContents(page.lastElementChild);
    range.collapse(false);
    return range;
  };
  const caretAfter = (node) => {
    page.focus();
    document.getSelection().collapse(node, node.length ?? node.childNodes.length);
  };
  const insert = (node) => {
    const range = place();
    const gap = document.createTextNode(GAP);
    range.deleteContents();
    range.insertNode(gap);
    range.insertNode(node);
    caretAfter(gap);
  };
  const insertBlock = (node) => {
    const at = place().startContainer;
    let block = at;
    while (block.parentNode !== page) block = block.parentNode;
    block.after(node);
    if (!node.nextElementSibling) page.append(element("p", {}, element("br")));
  };
  const commands = {
    bold: () => document.execCommand("bold"),
    italic: () => document.execCommand("italic"),
    note: () => {
      const taken = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((each) => Number(each[1]));
      const key = Math.max(0, ...taken) + 1;
      insert(chip(`[^${key}]`));
      const words = document.createTextNode(`${GAP} `);
      page.append(element("p", {}, chip(`[^${key}]:`), words));
      caretAfter(words);
    },
    table: () => {
      const table = element("table", { className: "table table-sm table-bordered" });
      for (const name of ["th", "td"])
        table.insertRow().append(...[1, 2, 3].map(() => element(name, {}, element("br"))));
      insertBlock(table);
      caretAfter(table.rows[0].cells[0]);
    },
    row: () => {
      const row = last?.startContainer.parentElement?.closest("tr") ?? page.querySelector("table:last-of-type tr:last-child");
      if (!row) return;
      const copy = row.parentElement.insertRow(row.sectionRowIndex + 1);
      for (let each = 0; each < row.cells.length; each += 1) copy.insertCell().append(element("br"));
    },
    raw: () => {
      const plain = root.classList.toggle("is-plain");
      if (!plain) show();
      (plain ? area : page).focus();
    },
  };

  page.addEventListener("input", changed);
  area.addEventListener("restored", () => root.classList.contains("is-plain") || show());
  area.addEventListener("input", () => composing || say());
  for (const [place, after] of [[page, changed], [area, say]]) {
    place.addEventListener("compositionstart", () => (composing = true));
    place.addEventListener("compositionend", () => {
      composing = false;
      after();
    });
  }
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "Enter") return;
    if (event.shiftKey || document.getSelection().anchorNode?.parentElement?.closest("td, th")) event.preventDefault();
  });
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (selection.rangeCount && page.contains(selection.anchorNode)) last = selection.getRangeAt(0).cloneRange();
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command], [data-insert]");
    if (!button || button.closest("[data-chip-editor]") !== root) return;
    if (button.dataset.insert) {
      const made = chip(button.dataset.insert);
      if (button.dataset.insert.endsWith(":bang]")) insertBlock(element("p", {}, made)); // a table stands alone on its line
      else insert(made);
      button.closest("details").open = false;
    } else {
      if (button.dataset.command !== "raw") page.focus();
      commands[button.dataset.command]();
    }
    if (button.dataset.command !== "raw") changed();
  });
  root.addEventListener("input", (event) => {
    if (!event.target.matches("[data-search]") || event.isComposing) return;
    const words = fold(event.target.value).split(/\s+/);
    for (const each of event.target.closest("details").querySelectorAll("li"))
      each.hidden = !words.every((word) => fold(each.textContent).includes(word));
  });

  document.execCommand("defaultParagraphSeparator", false, "p");
  show();
  area.after(page);
  root.classList.add("is-live");
  keep(area, () => root.classList.contains("is-plain") || show());
}

for (const root of document.querySelectorAll("[data-chip-editor]")) {
  if (!root.closest("details:not([open])")) enhance(root);
  else root.closest("details").addEventListener("toggle", () => root.classList.contains("is-live") || enhance(root));
}
