// What is being typed into a form stays on this device until it is saved: a lost session or connection, a closed tab or a
// reload loses nothing (docs/adr/0046).
import { isMine, nameOf, outlivesTab, owner, read, remove, removeAll, removeOld, write } from "./device-store.js";

const ANSWERED = 2 * 60 * 1000; // milliseconds within which a form that was sent is answered
const SENT = "khcn:sent"; // of this tab: the drafts of the form that was sent last
const REDRAWN = "khcn:redrawn"; // of this tab: when the draft was typed that the server has been asked to draw
const VERSIONS = ["version", "mark", "read", "seen"]; // hidden fields that say which stored words the typing began from

// --- What a form holds. Passwords, codes, files and fields that say so are never saved.
const NEVER = new Set(["password", "file", "submit", "button", "image", "reset"]);
const isSaved = (control) => control.name && !NEVER.has(control.type) && control.name !== "csrfmiddlewaretoken"
  && !/one-time-code|password/.test(control.autocomplete || "") && !control.closest("[data-no-draft]") && control.tagName !== "FIELDSET"
  && !control.form.querySelector(`[data-draft="${CSS.escape(control.name)}"]`); // keep.js has it
// Every form that is sent and that something is typed or chosen in, unless it says why not: <form data-no-draft="…">.
const forms = owner ? [...document.querySelectorAll("form[method=post]")].filter((form) => [...form.elements].some((each) => each.type !== "hidden" && isSaved(each))) : [];
for (const form of forms) form.dataset.guard = "";
const isTicked = (control) => control.type === "checkbox" || control.type === "radio";
function valueOf(control) {
  if (isTicked(control)) return control.checked;
  if (control.multiple) return [...control.selectedOptions].map((each) => each.value);
  return control.value;
}
// As the server sent it: a browser fills fields by itself when a page comes back.
function firstValueOf(control) {
  if (isTicked(control)) return control.defaultChecked;
  if (control.tagName === "SELECT") {
    const chosen = [...control.options].filter((each) => each.defaultSelected).map((each) => each.value);
    if (control.multiple) return chosen;
    return control.dataset.typed ?? chosen[0] ?? control.options[0]?.value ?? "";
  }
  return control.dataset.key ?? control.defaultValue;
}
function values(form, of) {
  return [...form.elements].filter(isSaved).map((control) => ({
    name: control.name,
    hidden: control.type === "hidden",
    ...(isTicked(control) ? { option: control.value } : {}),
    ...(control.tomselect ? { label: control.tomselect.options[control.value]?.text ?? "" } : {}),
    value: of(control),
  }));
}
// Keys of forms that only the server gives differ on each page: they are no typing.
const typed = (found) => JSON.stringify(found.filter((each) => !each.hidden).map(({ name, option, value }) => [name, option, typeof value === "string" ? value.replace(/\r\n?/g, "\n") : value]));

class Draft {
  constructor(form) {
    this.form = form;
    this.first = typed(values(form, firstValueOf));
    const address = new URL(location.href);
    address.searchParams.delete("next");
    const target = form.getAttribute("action") ?? "";
    const alike = forms.filter((each) => (each.getAttribute("action") ?? "") === target);
    this.name = nameOf(`${address.pathname}${address.search}:${target}:${alike.indexOf(form)}`);
    this.busy = this.again = this.touched = false;
  }
  // One write after the other: the last one is the one that stays.
  async save() {
    this.touched = true;
    this.again = true;
    if (this.busy || this.dropped) return;
    this.busy = true;
    try {
      while (this.again) {
        this.again = false;
        const now = values(this.form, valueOf);
        const name = await this.name;
        if (typed(now) === this.first && !("typed" in this.form.dataset)) remove(name);
        else await write(name, now);
      }
      if (outlivesTab()) this.form.dataset.draftStored = "";
    } catch {
      delete this.form.dataset.draftStored; // no room, or no storage: the page asks before it is left
    }
    this.busy = false;
  }
  async drop() {
    this.dropped = true;
    delete this.form.dataset.touched;
    remove(await this.name);
  }
  async restore() {
    if ("typed" in this.form.dataset) { // sent and not saved: the page itself shows what was typed
      this.save();
      const redrawn = Number(sessionStorage.getItem(REDRAWN));
      sessionStorage.removeItem(REDRAWN);
      if (redrawn) this.tell(redrawn, false);
      return;
    }
    const entry = await read(await this.name);
    if (!entry || this.touched) return; // nothing, or typing has begun: that is newer
    if (typed(entry.found) === this.first) {
      remove(await this.name);
      return;
    }
    const version = this.version();
    const unplaced = this.fill(entry.found);
    this.form.dataset.draftStored = "";
    const again = this.form.querySelector("[data-redraw]");
    if (unplaced.length && again) this.redraw(again, unplaced, entry.at);
    else this.tell(entry.at, version !== this.version());
  }
  version() {
    return VERSIONS.map((name) => this.form.elements[name]?.value).join();
  }
  // Rows that only the server can draw: it is asked for the page with all that was typed.
  redraw(button, unplaced, at) {
    for (const { name, value } of unplaced.filter((each) => !("option" in each) || each.value)) {
      const control = document.createElement("input");
      control.type = "hidden";
      control.name = name;
      control.value = value === true ? "1" : value;
      this.form.append(control);
    }
    sessionStorage.setItem(REDRAWN, at);
    this.form.requestSubmit(button);
  }
  fill(found) {
    for (const part of this.form.querySelectorAll("[data-rows]")) {
      const total = `${part.dataset.rows}-TOTAL_FORMS`;
      const requested = Number(found.find((each) => each.name === total)?.value);
      while (requested <= 1000 && Number(this.form.elements[total].value) < requested) window.addRow(part);
    }
    const left = new Map();
    for (const control of [...this.form.elements].filter(isSaved)) left.set(control.name, [...(left.get(control.name) ?? []), control]);
    const unplaced = [];
    for (const each of found) {
      const controls = left.get(each.name) ?? [];
      const control = "option" in each ? controls.find((one) => one.value === each.option) : controls.shift();
      if (!control) unplaced.push(each);
      if (!control || isTicked(control) !== "option" in each) continue;
      if (isTicked(control)) control.checked = each.value;
      else if (control.tomselect) control.tomselect.restore(each.value, each.label ?? "");
      else if (control.multiple) [...control.options].forEach((one) => { one.selected = each.value.includes(one.value); });
      else control.value = each.value;
      control.dispatchEvent(new CustomEvent("restored")); // an editor draws its text again
    }
    window.showSections(this.form);
    return unplaced;
  }
  tell(at, isOlder) {
    const note = document.getElementById("draft-note")?.content.firstElementChild.cloneNode(true);
    if (!note) return;
    const when = new Intl.DateTimeFormat("vi-VN", { dateStyle: "short", timeStyle: "short" }).format(at);
    note.querySelector("[data-when]").textContent = when;
    note.querySelector("[data-older]").hidden = !isOlder;
    note.querySelector("[data-unsaved]").hidden = !this.form.querySelector("[data-no-draft], [type=password], [type=file]");
    note.querySelector("button").addEventListener("click", async () => {
      await this.drop();
      location.replace(location.href);
    });
    for (let part = this.form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    (this.form.querySelector(".form-actions") ?? this.form).prepend(note); // the bar is in sight wherever the page is scrolled to
  }
}

// --- was what was sent also saved? Saving leads on to another page; a refusal shows the form again, or says so on the next page.
function removeSent() {
  const sent = sessionStorage.getItem(SENT);
  if (!sent || document.querySelector("[data-carries-form]")) return;
  sessionStorage.removeItem(SENT);
  const [at, name] = [Number.parseInt(sent, 10), sent.slice(sent.indexOf(":") + 1)];
  const page = performance.getEntriesByType("navigation")[0];
  const isSaved = (page?.redirectCount > 0 && !document.querySelector("[data-refused]")) || document.querySelector("[data-saved]");
  if (owner && isSaved && Date.now() - at < ANSWERED && isMine(name)) remove(name);
}
async function start() {
  removeOld();
  removeSent();
  if (!owner) return;
  const drafts = new Map(forms.map((form) => [form, new Draft(form)])); // before browser and scripts fill fields
  const draftOf = (target) => drafts.get(target.form ?? target.closest?.("form"));
  for (const kind of ["input", "change", "typed"]) document.addEventListener(kind, (event) => draftOf(event.target)?.save());
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) {
      removeAll();
      sessionStorage.removeItem(SENT);
    }
    const draft = drafts.get(event.target);
    if (draft && !event.defaultPrevented) draft.name.then((name) => sessionStorage.setItem(SENT, `${Date.now()}:${name}`));
  });
  document.addEventListener("click", async (event) => {
    const draft = event.target.closest("[data-cancel]") && draftOf(event.target);
    if (draft) await draft.drop();
  });
  await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve)); // the look-up boxes are there
  for (const draft of drafts.values()) await draft.restore();
  document.body.dataset.drafts = "ready";
}
start().catch(console.debug); // a browser without storage: pages work, and ask before they are left
