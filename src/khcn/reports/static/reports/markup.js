// The markup of report texts to page nodes and back; follows khcn/reports/texts/markup.py.

const TOKEN = /\\([\\*[{|+:–-])|(\*+)|(\{\{[^{}]*\}\})|(\[[^[\]]*\])/g;
export const FIGURE = /^\[([A-ZĐ][A-ZĐ0-9]{0,7}-\d{1,4})(?::(so|ten|chu|bang))?\]$/;
const MARK = /\[\^[A-Za-z0-9]{1,8}\]|\[[A-ZĐ][A-ZĐ0-9]{0,7}-\d{1,4}(?::(?:so|ten|chu|bang))?\]|\{\{ *[a-z][a-z0-9_-]* *\}\}/g;
const NOTE_LINE = /^\[\^([A-Za-z0-9]{1,8})\]:\s*/;
export const GAP = "\u200b"; // lets the caret stand beside a chip; never saved

// ------------------------------------------------------------------------------------ markup to page

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function chip(source) {
  const made = element("span", { className: "chip", contentEditable: "false" });
  made.dataset.source = source;
  return made;
}

function inlines(text, into) {
  let bold = false;
  let italic = false;
  let place = 0;
  const put = (node) => {
    let styled = node;
    if (italic) styled = element("em", {}, styled);
    if (bold) styled = element("strong", {}, styled);
    into.append(styled);
  };
  for (const found of text.matchAll(TOKEN)) {
    if (found.index > place) put(document.createTextNode(text.slice(place, found.index)));
    place = found.index + found[0].length;
    const [whole, escaped, stars] = found;
    if (escaped) {
      const literal = element("span", { textContent: escaped });
      literal.dataset.literal = "";
      put(literal);
    } else if (stars) {
      if (stars.length !== 1) bold = !bold;
      if (stars.length !== 2) italic = !italic;
    } else if (whole.replace(MARK, "") === "") {
      put(chip(whole));
      into.append(GAP);
    } else {
      put(document.createTextNode(whole)); // not a mark: the server will say so, with its place
    }
  }
  if (place < text.length) put(document.createTextNode(text.slice(place)));
  return into;
}

function cellsOf(line) {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function table(lines) {
  const ruled = lines.length > 1 && cellsOf(lines[1]).every((cell) => /^:?-{2,}:?$/.test(cell));
  const rows = ruled ? [lines[0], ...lines.slice(2)] : lines;
  const made = element("table", { className: "table table-sm table-bordered" });
  rows.forEach((line, number) => {
    const row = made.insertRow();
    cellsOf(line).forEach((cell) => row.append(inlines(cell, element(number ? "td" : "th"))));
  });
  return made;
}

export function load(markup) {
  const page = document.createDocumentFragment();
  let waiting = [];
  const flush = () => {
    if (waiting.length) page.append(table(waiting));
    waiting = [];
  };
  for (const line of markup.replace(/\r\n?/g, "\n").split("\n")) {
    if (line.trim().startsWith("|")) {
      waiting.push(line);
      continue;
    }
    flush();
    const paragraph = element("p");
    const note = line.trim().match(NOTE_LINE);
    if (note) paragraph.append(chip(`[^${note[1]}]:`), GAP);
    inlines(note ? line.trim().slice(note[0].length) : line.trim(), paragraph);
    if (!paragraph.hasChildNodes()) paragraph.append(element("br"));
    page.append(paragraph);
  }
  flush();
  return page;
}

// ------------------------------------------------------------------------------------ page to markup

const escapeAll = (text) => text.replace(/[\\*[{|]/g, "\\$&");

function escapeAround(text) {
  let out = "";
  let place = 0;
  for (const found of text.matchAll(MARK)) {
    out += escapeAll(text.slice(place, found.index)) + found[0];
    place = found.index + found[0].length;
  }
  return out + escapeAll(text.slice(place));
}

function* pieces(node, bold = false, italic = false) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      const text = child.data.replaceAll(GAP, "").replaceAll("\u00a0", " ").replaceAll("\n", " ");
      if (text) yield { out: escapeAround(text), bold, italic };
    } else if (child.dataset?.source) {
      const source = child.dataset.source;
      yield source.startsWith("[^") ? { out: source } : { out: source, bold, italic };
    } else if (child.dataset?.literal !== undefined) {
      yield { out: child.textContent.replace(/[\\*[{|+:–-]/g, "\\$&"), bold, italic };
    } else if (child.tagName === "BR") {
      yield { out: "\n" };
    } else {
      yield* pieces(child, bold || /^(STRONG|B)$/.test(child.tagName), italic || /^(EM|I)$/.test(child.tagName));
    }
  }
}

function line(node) {
  const stars = (b, i) => "*".repeat(2 * b + i);
  let text = "";
  let bold = false;
  let italic = false;
  for (const piece of pieces(node)) {
    const ends = piece.out === "\n"; // a style ends with its line
    if (piece.bold !== undefined || ends) {
      const next = { bold: piece.bold ?? false, italic: piece.italic ?? false };
      text += stars(bold !== next.bold, italic !== next.italic);
      ({ bold, italic } = next);
    }
    text += text.endsWith("]") && piece.out.startsWith(":") ? `\\${piece.out}` : piece.out;
    if (piece.out.endsWith("]:")) text += " ";
  }
  return (text + stars(bold, italic)).trim();
}

export function save(page) {
  const lines = [];
  for (const child of page.childNodes) {
    if (child.tagName === "TABLE") {
      const rows = [...child.rows].map((row) => [...row.cells].map((cell) => ` ${line(cell).replaceAll("\n", " ")} `));
      rows.forEach((cells, number) => {
        lines.push(`|${cells.join("|")}|`);
        if (number === 0) lines.push(`|${"---|".repeat(cells.length)}`);
      });
    } else if (child.nodeType === Node.TEXT_NODE) {
      lines.push(line(element("p", {}, child.cloneNode())));
    } else {
      lines.push(line(child));
    }
  }
  return lines.join("\n").trim();
}
