// A grid of inputs: keys lead from cell to cell, and a block of cells from Excel fills them to the right and down.
(() => {
  "use strict";
  const table = document.querySelector("[data-grid]");
  if (!table) return;
  const part = table.closest("[data-rows]");
  const status = document.getElementById("grid-status");
  const rows = () => [...table.tBodies[0].rows];
  const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];
  const takesLines = (cell) => cell.matches("textarea:not([data-one-line])");
  const isText = (target) => target instanceof Element && target.matches("[data-cell]");

  function placeOf(cell) {
    const row = cell.closest("tr");
    return { row: rows().indexOf(row), column: cellsOf(row).indexOf(cell) };
  }
  function goTo(row, column) {
    const found = rows()[row] && cellsOf(rows()[row])[column];
    found?.focus();
    found?.select();
    return Boolean(found);
  }
  function addRow() {
    const total = part.querySelector("input[name$=-TOTAL_FORMS]");
    return total && Number(total.value) <= Number(part.dataset.most) ? window.addRow(part) : null;
  }

  // --- taken back: a block that was pasted, or what was typed into a cell that was left since; within a cell the browser does it
  const [done, undone] = [[], []]; // steps, each a list of { cell, before, after }
  let atFocus = ""; // what the cell with the focus held when it got it
  function keep(step) {
    done.push(step);
    undone.length = 0;
  }
  function keepTyped(cell) {
    if (cell.value !== atFocus) keep([{ cell, before: atFocus, after: cell.value }]);
    atFocus = cell.value;
  }
  function write(cell, text) {
    cell.value = text;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function step(from, to, side) {
    const taken = from.pop();
    to.push(taken);
    taken[0].cell.focus(); // before its text changes: a cell that is left with another text counts as typed
    for (const each of taken) write(each.cell, each[side]);
    atFocus = taken[0].cell.value;
    status.textContent = "";
  }
  table.addEventListener("focusin", (event) => { if (isText(event.target)) atFocus = event.target.value; });
  table.addEventListener("focusout", (event) => { if (isText(event.target)) keepTyped(event.target); });
  table.addEventListener("keydown", (event) => {
    if (!isText(event.target) || event.isComposing || event.altKey) return;
    const isTyped = event.target.value !== atFocus;
    if (event.key === "Escape" && isTyped) {
      event.preventDefault();
      write(event.target, atFocus);
    } else if ((event.ctrlKey || event.metaKey) && !isTyped) {
      const key = event.key.toLowerCase();
      const isBack = key === "z" && !event.shiftKey;
      if (!isBack && key !== "y" && key !== "z") return;
      const [from, to, side] = isBack ? [done, undone, "before"] : [undone, done, "after"];
      if (!from.length) return;
      event.preventDefault();
      step(from, to, side);
    }
  });

  // --- keys
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function leads(cell, key) {
    const { selectionStart: start, selectionEnd: end, value } = cell;
    if (start === 0 && end === value.length) return true;
    if (key === "ArrowLeft") return end === 0;
    if (key === "ArrowRight") return start === value.length;
    return !value.includes("\n");
  }
  table.addEventListener("keydown", (event) => {
    if (!isText(event.target) || event.isComposing || event.ctrlKey || event.metaKey) return;
    const { row, column } = placeOf(event.target);
    if (event.key === "Enter") {
      event.preventDefault(); // the form is sent by its button alone
      if (event.altKey && takesLines(event.target)) {
        event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end");
        event.target.dispatchEvent(new Event("input", { bubbles: true }));
      } else if (!goTo(row + (event.shiftKey ? -1 : 1), column) && !event.shiftKey && addRow()) goTo(row + 1, column);
      return;
    }
    const step = steps[event.key];
    if (!step || event.shiftKey || event.altKey || !leads(event.target, event.key)) return;
    if (goTo(row + step[0], column + step[1])) event.preventDefault();
  });

  // --- a block as Excel puts it on the clipboard: a cell is in quotation marks only where it holds a line break or a tab
  function quotedAt(text, place) {
    for (let at = text.indexOf('"', place + 1); at >= 0; at = text.indexOf('"', at + 1)) {
      if (text[at + 1] === '"') {
        at += 1;
        continue;
      }
      const cell = text.slice(place + 1, at);
      const isClosed = at + 1 === text.length || "\t\n".includes(text[at + 1]);
      return isClosed && /[\t\n]/.test(cell) ? { cell: cell.replaceAll('""', '"'), end: at + 1 } : null;
    }
    return null;
  }
  function cellsOfBlock(pasted) {
    const text = pasted.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const found = [[]];
    for (let place = 0; place <= text.length; place += 1) {
      const quoted = text[place] === '"' ? quotedAt(text, place) : null;
      const next = text.slice(place).search(/[\t\n]/);
      const end = quoted ? quoted.end : next < 0 ? text.length : place + next;
      found.at(-1).push(quoted ? quoted.cell : text.slice(place, end));
      if (text[end] === "\n") found.push([]);
      place = end;
    }
    return found;
  }
  const plain = (text) => text.replace(/\*/g, "").trim().toLowerCase();
  function isHeadings(cells, column) {
    const headings = [...table.tHead.rows[0].cells].slice(1 + column).map((each) => plain(each.textContent));
    return cells.length > 0 && cells.every((text, index) => plain(text) && plain(text) === headings[index]);
  }
  function fill(cell, text) {
    const before = cell.value;
    write(cell, takesLines(cell) ? text : text.replace(/\s*\n\s*/g, " ").trim());
    return { cell, before, after: cell.value };
  }
  table.addEventListener("paste", (event) => {
    if (!isText(event.target)) return;
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(pasted.replace(/\r?\n$/, ""))) return; // one cell goes where the caret is
    event.preventDefault();
    const start = placeOf(event.target);
    const block = cellsOfBlock(pasted);
    if (isHeadings(block[0], start.column)) block.shift();
    let [filledRows, widest, cut] = [0, 0, 0];
    const changed = [];
    keepTyped(event.target);
    for (const [index, texts] of block.entries()) {
      if (!rows()[start.row + index] && !addRow()) break;
      const cells = cellsOf(rows()[start.row + index]).slice(start.column);
      texts.slice(0, cells.length).forEach((text, at) => changed.push(fill(cells[at], text)));
      widest = Math.max(widest, Math.min(texts.length, cells.length));
      cut = Math.max(cut, texts.length - cells.length);
      filledRows += 1;
    }
    if (changed.length) keep(changed);
    atFocus = event.target.value;
    const filled = (words, count, columns) => words.replace("{rows}", count).replace("{columns}", columns);
    const left = block.length - filledRows;
    status.textContent = filled(status.dataset.pasted, filledRows, widest)
      + (left > 0 || cut > 0 ? ` ${filled(status.dataset.left, left, cut)}` : "");
  });

  // --- what differs from what the page showed is marked
  function mark(cell) {
    cell.classList.toggle("is-changed", cell.value.trim() !== cell.dataset.cell.trim());
  }
  for (const kind of ["input", "restored"]) table.addEventListener(kind, (event) => { if (isText(event.target)) mark(event.target); }, true);
})();
