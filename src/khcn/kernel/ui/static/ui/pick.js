// Look-up boxes: one record, found as one types. A record is chosen only by a person who points at it, or by a text
// that names it alone. A text that chose nothing stays in the box, is marked, and is what the form sends: the server
// takes it for a name, or refuses it at the field.
(() => {
  "use strict";
  const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().replace(/\s+/g, " ").trim();
  const wordsOf = (text) => text.normalize("NFD").toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  const letters = (word) => word.replace(TONES, "");
  const tone = (word) => (word.match(TONES) || []).join("");
  // As khcn.kernel.text.fold.name_key: a tone may stand over either vowel, but other letters and tones are another name.
  const nameKey = (text) => wordsOf(text).map((word) => letters(word) + tone(word)).join(" ");
  const isPlain = (text) => fold(text) === text.normalize("NFD").toLowerCase().replace(/\s+/g, " ").trim();
  // May the text be a part of the name? A word that was typed with marks has to stand in it with these.
  const fits = (text, name) => wordsOf(text).every((word) =>
    isPlain(word) || wordsOf(name).some((other) => tone(other) === tone(word) && letters(other).includes(letters(word))));

  TomSelect.define("named_only", function () {
    const picker = this;
    const control = () => picker.control_input;
    const remote = picker.input.dataset.remote;
    let answer = null; // of the server: { query, records, create }
    let pointed = false; // a row was reached with the arrow keys
    let choosing = false; // a record is being taken over: only then is the text removed
    let awaited = false; // Enter was pressed, or the box was left, before the answer had come
    let composing = false; // an input method is at work on a letter
    let waiting; // until the next letter, or for the server

    const text = () => control().value.trim();
    // The records that belong to what stands in the box now; null while they are not known.
    function current() {
      if (remote) return answer && answer.query === text() ? answer.records : null;
      return picker.search(text()).items.map((item) => picker.options[item.id]);
    }
    // The one record with this name, else, when requested, the only one that was found.
    function namedAlone({ orOnly }) {
      const records = text() ? current() : null;
      if (!records) return null;
      const key = isPlain(text()) ? fold : nameKey; // without any mark a name with marks may be meant
      const same = records.filter((record) => key(record.text) === key(text()));
      if (same.length) return same.length === 1 ? same[0] : null;
      return orOnly && records.length === 1 && fits(text(), records[0].text) ? records[0] : null;
    }
    const mayName = (records) => records.some((record) => fits(text(), record.text));
    // What the form sends: the text, while there is one, else the record that is chosen. A text like the key of a record
    // stands behind a space, by which the server takes it for a name.
    function send() {
      const typed = text().replace(/^#\d+$/, " $&");
      if (!picker.is_select_tag) {
        picker.input.value = typed || picker.getValue();
        return;
      }
      picker.input.querySelector("option[data-typed]")?.remove();
      if (typed) {
        const option = new Option(typed, typed, false, true);
        option.dataset.typed = "";
        picker.input.append(option);
      } else picker.updateOriginalInput({ silent: true });
    }

    // --- what is said at the box while its text names nothing
    const note = document.createElement("div");
    note.className = "field-error";
    note.id = `${picker.input.id}-unchosen`;
    note.setAttribute("role", "alert");
    function mark(words) {
      const ids = (control().getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== note.id);
      note.textContent = words;
      if (words) {
        picker.wrapper.before(note);
        ids.unshift(note.id);
        control().setAttribute("aria-invalid", "true");
      } else {
        note.remove();
        control().removeAttribute("aria-invalid");
      }
      if (ids.length) control().setAttribute("aria-describedby", ids.join(" "));
      else control().removeAttribute("aria-describedby");
    }
    // --- what is not on record yet can be added here: the next stop of the Tab key, while the text names nothing
    const offer = document.createElement("div");
    offer.className = "create-offer";
    offer.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-second btn-sm";
    const askedAt = remote || picker.input.dataset.lookup;
    const findAt = (parameters) => {
      const address = new URL(askedAt, location.href);
      Object.entries(parameters).forEach(([name, value]) => address.searchParams.set(name, value));
      return fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((found) => found.json());
    };
    function propose(create) {
      offer.remove();
      if (!create || !text()) return;
      button.textContent = `${create.label} “${text()}”`;
      button.dataset.create = create.url;
      offer.replaceChildren(`${document.body.dataset.none} `, button);
      if (!current()?.length) picker.close(); // the list has nothing, and would cover the offer
      picker.wrapper.after(offer);
    }
    // The box keeps the focus while the button is pressed: else what is then said at the box would move the button away.
    offer.addEventListener("mousedown", (event) => { event.preventDefault(); event.stopPropagation(); });
    button.addEventListener("click", () => window.createHere(button.dataset.create, button, takeCreated));
    async function takeCreated(key) {
      const found = await findAt({ pk: key });
      offer.remove();
      if (!found.results.length) return mark(document.body.dataset.unfit);
      const [record] = found.results;
      picker.addOption(picker.is_select_tag ? { value: record.value, text: record.text } : record);
      picker.addItem(record.value);
      answer = { query: "", records: found.results }; // else the box asks when it gets the focus, and its list covers what follows
      control().focus();
      picker.close();
    }
    // A draft puts back what stood in the box: a record by its key and name, or a text.
    picker.restore = (value, label) => {
      if (/^#\d+$/.test(value)) {
        if (!picker.options[value]) picker.addOption({ value, text: label });
        picker.addItem(value, true);
        return;
      }
      picker.clear(true);
      write(value.trim());
      picker.lastValue = text();
      send();
    };
    // The box is left, or Enter pressed: take the record that is named, or say that none is.
    function settle(options) {
      if (!text()) return;
      const record = namedAlone(options);
      if (record) {
        picker.addItem(record.value);
        return;
      }
      awaited = Boolean(remote) && !current();
      picker.clear(true);
      send();
      mark(document.body.dataset.unchosen);
    }

    // --- the list: emptied as soon as the text changes, filled by the answer to this very text
    function ask() {
      clearTimeout(waiting);
      const query = text();
      picker.loading = 1;
      waiting = setTimeout(() => {
        findAt({ q: query })
          .then((found) => { if (query === text()) take(query, found.results, found.create); })
          .catch(() => { if (query === text()) fail(); });
      }, query ? 250 : 0);
    }
    function forget() {
      answer = null;
      pointed = awaited = false;
      picker.clearOptions((option) => picker.items.includes(option.value));
    }
    function take(query, records, create) {
      const requested = awaited;
      forget();
      answer = { query, records };
      picker.loadCallback(records);
      if (!mayName(records)) propose(create);
      const record = requested && namedAlone({ orOnly: false });
      if (record) picker.addItem(record.value);
    }
    // A short list is searched here; whether its register takes a new record the server knows.
    function proposeForList() {
      const query = text();
      if (askedAt && query && !mayName(current()))
        findAt({ q: query }).then((found) => { if (query === text()) propose(found.create); }, () => {});
    }
    function fail() {
      picker.loading = 0;
      picker.close();
      mark(document.body.dataset.unanswered);
    }
    picker.hook("instead", "onInput", () => {
      if (remote) answer = null;
      if (composing || picker.isLocked || picker.lastValue === text()) return;
      picker.lastValue = text();
      pointed = false;
      offer.remove();
      if (remote) {
        forget();
        ask();
      } else proposeForList();
      picker.refreshOptions();
      send();
      mark("");
    });
    picker.hook("before", "onFocus", () => { if (remote && !current()) ask(); });
    if (remote) picker.settings.score = () => (record) => (answer?.records.some((each) => each.value === record.value) ? 1 : 0);

    // --- only what a person points at, or what the text names, is shown as the row that Enter takes
    const show = picker.refreshOptions.bind(picker);
    picker.hook("instead", "refreshOptions", (open = true) => {
      show(open);
      if (pointed) return;
      const record = namedAlone({ orOnly: true });
      const row = record && picker.getOption(record.value);
      if (row) picker.setActiveOption(row);
      else picker.clearActiveOption();
    });
    const write = picker.setTextboxValue.bind(picker);
    picker.hook("instead", "setTextboxValue", (value = "") => { if (value || choosing) write(value); });
    const add = picker.addItem.bind(picker);
    picker.hook("instead", "addItem", (value, silent) => {
      choosing = true;
      add(value, silent);
      write();
      choosing = pointed = awaited = false;
      if (!picker.isSetup) return;
      send();
      mark("");
      offer.remove();
    });
    const leave = picker.onBlur.bind(picker);
    picker.hook("instead", "onBlur", (event) => {
      if (document.hasFocus() && picker.isFocused) settle({ orOnly: false });
      leave(event);
    });
    const press = picker.onKeyDown.bind(picker);
    picker.hook("instead", "onKeyDown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !(pointed && picker.canSelect(picker.activeOption))) {
        if (!text() && !picker.isOpen) return; // an empty box: the form is sent, as from every other field
        event.preventDefault();
        settle({ orOnly: true });
        if (!text() || current()?.length === 0) picker.close();
        return;
      }
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && picker.isOpen) {
        pointed = picker.hasOptions;
        if (pointed && !picker.activeOption) {
          event.preventDefault();
          picker.setActiveOption(picker.selectable()[0]);
          return;
        }
      }
      press(event);
    });

    picker.on("initialize", () => {
      control().addEventListener("compositionstart", () => { composing = true; });
      control().addEventListener("compositionend", () => { composing = false; picker.onInput(); });
      const typed = picker.input.dataset.typed; // what the server could not take: it stands in the box as it was typed
      if (!typed) return;
      write(typed);
      send();
    });
  });

  function noResults(element) {
    return () => {
      const words = document.createElement("div");
      words.className = "no-results";
      words.textContent = element.dataset.none || "";
      return words;
    };
  }
  function waiting() {
    const words = document.createElement("div");
    words.className = "no-results";
    words.setAttribute("role", "status");
    words.textContent = document.body.dataset.waiting;
    return words;
  }
  // What is folded away is made a box when somebody opens it: a page may have hundreds of them.
  const isShown = (element) => !element.closest("details[data-later]:not([open])");
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details[data-later][open]")) return;
    enhance(event.target);
    window.firstField(event.target)?.focus();
  }, true);
  function enhance(root) {
    [...root.querySelectorAll("select[data-pick]:not(.tomselected)")].filter(isShown).forEach((select) => {
      new TomSelect(select, { maxOptions: null, plugins: ["named_only"], diacritics: true, render: { no_results: noResults(select), loading: waiting } });
      tidy(select);
    });
    [...root.querySelectorAll("input[data-remote]:not(.tomselected)")].filter(isShown).forEach((input) => {
      const start = input.dataset.key ? [{ value: input.dataset.key, text: input.value }] : [];
      if (!input.dataset.key && input.value) input.dataset.typed = input.value;
      input.value = input.dataset.key || "";
      new TomSelect(input, {
        maxItems: 1, delimiter: "\u0000", create: false, options: start, valueField: "value", labelField: "text", searchField: [],
        plugins: ["named_only"], render: { no_results: noResults(input), loading: waiting },
      });
      tidy(input);
    });
  }
  function tidy(element) {
    const control = element.tomselect.control_input;
    const describedBy = element.getAttribute("aria-describedby");
    if (describedBy) {
      control.setAttribute("aria-describedby", describedBy);
      element.removeAttribute("aria-describedby"); // the original is hidden: a description alone would pass for its label
    }
    const name = element.getAttribute("aria-label"); // of a box without a label of its own
    if (name) control.setAttribute("aria-label", name);
    if (element.getAttribute("aria-invalid")) control.setAttribute("aria-invalid", "true");
    const list = element.tomselect.dropdown_content;
    const label = document.querySelector(`label[for="${control.id}"], label[for="${element.id}"]`);
    if (label || name) list.setAttribute("aria-label", label ? label.textContent.trim() : name);
  }
  window.enhanceLookUps = enhance;
})();
