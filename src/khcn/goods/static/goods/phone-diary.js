// The diary on a telephone: lot, step, entry, queue. Each screen has an address of its own behind "#", so that the telephone's
// button Back works and a page that the system ended comes back where it was.
import * as store from "./phone-store.js";
import { VERSION, sendAll } from "./phone-send.js";
import { scan, readCode } from "./phone-scan.js";
import { readAmount, shownAmount } from "./phone-amounts.js";
import { copyOf, fill, newId, pictureOf } from "./phone-old-browsers.js";

const LONGEST_SIDE = 1600; // points of a photograph
const QUALITY = 0.8;
const DAY = 24 * 3600 * 1000; // milliseconds
const FIRST_WAIT = 15_000, LONGEST_WAIT = 300_000;
const words = document.body.dataset;
const by = (id) => document.getElementById(id);
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
const shownDay = (iso) => iso.split("-").reverse().join("/");
const two = (number) => String(number).padStart(2, "0");
const today = (at = new Date()) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

let known = null; // the account with what it can choose
let draft = null; // the entry that is on the screen
let wait = FIRST_WAIT, timer = 0;

const element = (name, properties) => Object.assign(document.createElement(name), properties);
const button = (text, press, look = "") => {
  const made = element("button", { textContent: text, type: "button", className: look });
  made.addEventListener("click", press);
  return made;
};
const link = (address, ...parts) => {
  const made = element("a", { href: address, className: "row" });
  made.append(...parts);
  return made;
};
const lotOf = (id) => known?.lots.find((each) => each.id === id);
const kindOf = (value) => known?.kinds.find((each) => each.value === value);
// A step of the process of a lot; lots of before have none.
const stepOf = (lot, id) => lot?.steps?.find((each) => each.id === id) ?? null;
const addressOf = ({ lot, kind, step }) => `#lo/${lot}/${kind}${step ? `/${step}` : ""}`;

// --- lots
function drawLots() {
  const text = by("find").value.trim();
  const named = readCode(text);
  const folded = (found) => found.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  const fits = (lot) => (named ? lot.gtin === named.gtin && (lot.label ?? lot.number) === named.lot : folded(`${lot.item} ${lot.number} ${lot.gtin} ${lot.label ?? ""}`).includes(folded(text)));
  const lots = (known?.lots ?? []).filter(fits);
  fill(by("lots"), ...lots.map((lot) => link(
    `#lo/${lot.id}`,
    element("strong", { textContent: lot.item }),
    element("span", { textContent: say(words.lot, { number: lot.number, day: shownDay(lot.made_on), amount: shownAmount(lot.amount), unit: lot.unit }) }),
  )));
  by("no-lots").hidden = lots.length > 0 || !known;
  by("no-lots").textContent = text ? words.notFound : words.noLots;
  if (named && lots.length === 1) location.hash = `#lo/${lots[0].id}`;
}
async function drawDrafts() {
  const drafts = known ? (await store.entriesOf(known.account.id)).filter((each) => each.state === "draft") : [];
  fill(by("drafts"), ...drafts.map((each) => {
    const line = element("li");
    line.append(
      link(addressOf(each.fields), element("strong", { textContent: words.goOn }), element("span", { textContent: about(each) })),
      button(words.discard, () => discard(each.id)),
    );
    return line;
  }));
}
const about = (one) => {
  const { lot, kind, step, amount, done_on: day } = one.fields;
  const found = lotOf(lot) ?? one.lot;
  const parts = [(stepOf(one.lot, step) ?? stepOf(found, step))?.name ?? kindOf(kind)?.label ?? kind, found && `${found.item}, ${found.number}`, amount && `${shownAmount(amount)} ${found?.unit ?? ""}`, day && shownDay(day)];
  return parts.filter(Boolean).join(" · ");
};

// --- steps of a lot
function drawSteps(lot) {
  by("steps-lot").textContent = `${lot.item}, ${lot.number}`;
  const steps = (lot.steps ?? []).filter((each) => kindOf(each.kind));
  const named = new Set(steps.map((each) => each.name)); // what its process names is entered by that
  const row = (kind, step, name) => link(addressOf({ lot: lot.id, kind, step }), element("strong", { textContent: name }));
  fill(by("steps"), ...steps.map((each) => row(each.kind, each.id, each.name)));
  fill(by("kinds"), ...known.kinds.filter((each) => !named.has(each.label)).map((each) => row(each.value, null, each.label)));
  by("kinds-part").hidden = !steps.length;
}

// --- one entry
const options = (select, rows, chosen) => {
  const empty = element("option", { textContent: words.choose, value: "" });
  fill(select, empty, ...rows.map((each) => element("option", { textContent: each.name ?? `${each.item}, ${each.number}`, value: each.id })));
  select.value = chosen ?? "";
};
const draftsOf = async (lot) => (await store.entriesOf(known.account.id)).filter((each) => each.state === "draft" && each.fields.lot === lot);
// A lot that can be chosen, or one that no longer can and is in a draft: what the server refused is mended still.
const lotAt = async (id) => lotOf(id) ?? (known && id ? (await draftsOf(id))[0]?.lot : null) ?? null;
async function draftFor(lot, kind, step) {
  const drafts = await draftsOf(lot.id);
  return drafts.find((each) => each.fields.kind === kind.value && (each.fields.step ?? null) === step) ?? newDraft(lot, kind, stepOf(lot, step));
}
function drawEntry(lot, kind, step) {
  const { fields } = draft;
  by("entry-title").textContent = step?.name ?? kind.label;
  by("asked").textContent = step?.asked ? say(words.asked, step) : "";
  by("entry-lot").textContent = `${lot.item}, ${lot.number}`;
  by("unit").textContent = lot.unit;
  by("amount").value = draft.typed;
  by("day").value = fields.done_on;
  by("day").max = today();
  by("note").value = fields.note;
  options(by("place"), known.locations, fields.location);
  by("into-part").hidden = kind.also !== "into";
  options(by("into"), known.lots.filter((each) => each.id !== lot.id), fields.into);
  by("receiver-part").hidden = kind.also !== "receiver";
  options(by("receiver"), known.receivers, fields.receiver);
  by("amount-optional").hidden = kind.needs_amount;
  showAmount();
  tellWrong([]);
  fill(by("photos"));
}
async function newDraft(lot, kind, step) {
  const last = await store.lastPlace(kind.value);
  const place = known.locations.find((each) => each.id === last) ?? (known.locations.length === 1 ? known.locations[0] : null);
  const fields = { lot: lot.id, kind: kind.value, done_on: today(), done_at: null, location: place?.id ?? null, amount: null, into: null, receiver: null, step: step?.id ?? null, note: "" };
  return { id: "", version: VERSION, account: known.account.id, state: "draft", typed: "", fields, lot, reason: "", record: null };
}
// At the first keystroke the entry gets its id and its time, and is on the disk from then on.
function begun() {
  if (!draft.id) {
    const at = new Date();
    draft.id = newId();
    draft.at = at.getTime();
    draft.offset = -at.getTimezoneOffset();
  }
  return draft;
}
function readForm() {
  const number = (id) => Number(by(id).value) || null;
  const also = kindOf(draft.fields.kind)?.also;
  const at = new Date(begun().at);
  draft.typed = by("amount").value;
  draft.version = VERSION;
  Object.assign(draft.fields, {
    step: draft.fields.step ?? null,
    amount: readAmount(draft.typed).amount ?? null,
    done_on: by("day").value,
    done_at: by("day").value === today(at) ? `${two(at.getHours())}:${two(at.getMinutes())}` : null,
    location: number("place"),
    into: also === "into" ? number("into") : null,
    receiver: also === "receiver" ? number("receiver") : null,
    note: by("note").value.trim(),
  });
}
function showAmount() {
  const { amount } = readAmount(by("amount").value);
  by("amount-read").textContent = amount ? `= ${shownAmount(amount)} ${by("unit").textContent}` : "";
}
// One write after the other; the last one is the one that stays.
let writing = Promise.resolve();
const saveTyping = () => {
  if (!draft) return; // it has just been saved
  readForm();
  showAmount();
  const copy = copyOf(draft);
  writing = writing.then(() => store.saveDraft(copy)).catch(noRoom);
};
const noRoom = (fault) => {
  console.debug(fault);
  tell(words.noRoom, "bad");
};
async function drawPhotos() {
  const of = draft?.id;
  const photos = of ? await store.photosOf(of) : [];
  const figures = await Promise.all(photos.map(async (photo) => {
    const figure = element("figure");
    const canvas = element("canvas", { role: "img", ariaLabel: words.photo });
    const picture = await pictureOf(new Blob([photo.bytes], { type: "image/jpeg" }));
    [canvas.width, canvas.height] = [160, Math.round(160 * picture.height / picture.width)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    figure.append(canvas, button(words.removePhoto, async () => {
      await store.removePhoto(photo.id);
      await drawPhotos();
    }));
    return figure;
  }));
  if (of !== draft?.id) return; // another entry is on the screen by now
  fill(by("photos"), ...figures);
  by("photo-part").hidden = photos.length >= (known?.most_photos ?? 0);
}
// Drawn anew, a picture has lost what cameras write beside it: place, time, owner.
async function shrink(file) {
  const picture = await pictureOf(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = element("canvas");
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  const bytes = await new Response(blob).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { id: newId(), at: Date.now(), bytes, sha256: Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("") };
}
async function takePhotos(files) {
  if (!draft) return;
  readForm();
  const copy = copyOf(draft);
  for (const file of files) {
    try {
      await store.addPhoto(copy, await shrink(file));
    } catch (fault) {
      if (fault.name === "QuotaExceededError") noRoom(fault);
      else tell(words.noPicture, "bad");
    }
  }
  await drawPhotos();
}
function tellWrong(lines) {
  by("wrong").hidden = !lines.length;
  fill(by("wrong"), ...lines.map((each) => element("p", { textContent: each })));
}
function wrongOf() {
  const kind = kindOf(draft.fields.kind);
  const step = stepOf(draft.lot, draft.fields.step);
  const { amount, done_on: day, location: place, into, receiver, note } = draft.fields;
  const { why, ...read } = readAmount(draft.typed);
  return [
    (draft.typed.trim() || kind.needs_amount) && !amount && [say(words[why], read), "amount"],
    (!day || day > today()) && [words.wrongDay, "day"],
    !place && [words.wrongPlace, "place"],
    kind.also === "into" && !into && [words.wrongInto, "into"],
    kind.also === "receiver" && !receiver && [words.wrongReceiver, "receiver"],
    step?.asked && !note && [say(words.wrongNote, { step: step.name, asked: step.asked }), "note"],
  ].filter(Boolean);
}
async function save() {
  if (!draft) return;
  readForm();
  const wrong = wrongOf();
  tellWrong(wrong.map(([text]) => text));
  if (wrong.length) {
    by(wrong[0][1]).focus();
    return;
  }
  by("save").disabled = true; // one press is one entry
  try {
    await writing;
    await store.enqueue(copyOf(draft));
  } catch (fault) {
    noRoom(fault);
    return;
  } finally {
    by("save").disabled = false;
  }
  draft = null;
  await drawDrafts(); // it is none any more
  show("lots");
  tell(words.saved, "good");
  navigator.storage?.persist?.()?.catch(() => {});
  location.hash = "";
  send();
}

// --- what waits, what was refused, what the server has
const stateOf = (one) => ({ draft: words.isDraft, waiting: words.isWaiting, frozen: words.isWaiting, refused: words.isRefused, stored: words.isStored })[one.state];
async function drawQueue() {
  const entries = known ? (await store.entriesOf(known.account.id)).filter((each) => each.state !== "draft") : [];
  const others = known ? await store.countOfOthers(known.account.id) : 0;
  const lines = [...entries].reverse().map((one) => {
    const line = element("li", { className: one.state });
    line.append(element("strong", { textContent: about(one) }), element("span", { textContent: stateOf(one) }));
    if (one.state === "refused") {
      const buttons = element("p", { className: "buttons" });
      if (!one.record) buttons.append(button(words.mend, () => mend(one), "main"));
      buttons.append(button(one.record ? words.discardPhotos : words.discard, () => (one.record ? settle(one.id) : discard(one.id))));
      line.append(element("span", { textContent: one.reason, className: "reason" }), buttons);
    }
    return line;
  });
  fill(by("entries"), ...lines);
  by("no-entries").hidden = lines.length > 0;
  const waiting = entries.filter((each) => each.state === "waiting" || each.state === "frozen");
  const refused = entries.filter((each) => each.state === "refused");
  const oldest = Math.max(0, ...waiting.map((each) => Date.now() - each.at));
  by("queue").hidden = !waiting.length && !refused.length;
  by("queue-count").textContent = [waiting.length && say(words.waiting, { count: waiting.length }), refused.length && say(words.refused, { count: refused.length })].filter(Boolean).join(" · ");
  by("queue-old").hidden = oldest < 3 * DAY;
  by("others").hidden = !others;
  by("others").textContent = say(words.others, { count: others });
}
async function mend(one) {
  await store.reopen(one.id, newId());
  location.hash = addressOf(one.fields);
}
async function discard(id) {
  if (!confirm(words.sure)) return;
  await store.discard(id);
  await draw();
}
async function settle(id) {
  await store.settle(id);
  await draw();
}

// --- sending: when the page opens, is looked at again, has a connection again, after each entry, and by the button
async function send() {
  clearTimeout(timer);
  let answer;
  try {
    answer = await sendAll(drawQueue);
  } catch (fault) {
    console.debug(fault);
    answer = { kind: "later", why: "fault" };
  }
  by("sign-in").hidden = answer.kind !== "sign-in";
  by("sign-out").hidden = !answer.token;
  by("token").value = answer.token ?? "";
  by("sign-in-why").textContent = answer.detail ?? "";
  document.body.dataset.sent = answer.kind;
  const later = answer.kind === "later" ? answer.why : "";
  by("connection").textContent = later ? words[later] : words.online;
  by("later").textContent = later ? words[`${later}Next`] ?? "" : "";
  by("later").hidden = !by("later").textContent;
  if (answer.kind === "later") {
    timer = setTimeout(send, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  } else wait = FIRST_WAIT;
  const found = await store.account();
  const isOther = found?.account.id !== known?.account.id;
  known = found;
  drawKnown();
  if (isOther || !location.hash) await draw();
  else await drawQueue();
}
// A connection that has just come back often fails once more: the next try is not far off either.
function sendNow() {
  wait = FIRST_WAIT;
  send();
}
function drawKnown() {
  by("who").textContent = known?.account.name ?? "";
  by("first").hidden = Boolean(known);
}

// --- screens
function tell(text, look) {
  by("said").textContent = text;
  by("said").className = look;
  by("said").hidden = !text;
}
const show = (name) => {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.dataset.screen !== name;
};
let drawing = 0; // only the last one that began goes on to the end
async function draw() {
  drawing += 1;
  const mine = drawing;
  await drawQueue();
  await drawDrafts();
  const [part, id, value, stepId] = location.hash.slice(1).split("/");
  const lot = part === "lo" ? await lotAt(Number(id)) : null;
  const kind = lot && kindOf(value);
  const begun = kind ? await draftFor(lot, kind, Number(stepId) || null) : null;
  if (mine !== drawing) return;
  drawKnown();
  draft = begun;
  if (kind) {
    drawEntry(lot, kind, stepOf(lot, begun.fields.step) ?? stepOf(begun.lot, begun.fields.step));
    show("entry");
    by("amount").focus();
    await drawPhotos();
  } else if (lot) {
    drawSteps(lot);
    show("steps");
  } else if (part === "muc") show("entries");
  else {
    drawLots();
    show("lots");
  }
}
async function start() {
  try {
    known = await store.account();
  } catch (fault) {
    console.debug(fault);
    tell(words.noStorage, "bad");
    return;
  }
  window.addEventListener("unhandledrejection", ({ reason }) => tellFault(reason));
  await draw();
  window.addEventListener("hashchange", () => {
    scrollTo(0, 0);
    if (location.hash) tell("", "");
    draw();
  });
  by("entry").addEventListener("input", saveTyping);
  by("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  by("photo").addEventListener("change", async () => {
    await takePhotos([...by("photo").files]);
    by("photo").value = "";
  });
  by("find").addEventListener("input", drawLots);
  by("scan").addEventListener("click", async () => {
    const { text: found, why } = await scan(by("camera"), by("camera-part"));
    if (why) tell(words[why], "bad");
    if (!found) {
      by("find").focus();
      return;
    }
    by("find").value = found;
    drawLots();
  });
  for (const each of document.querySelectorAll("[data-send]")) each.addEventListener("click", sendNow);
  window.addEventListener("online", sendNow);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNow(); });
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    by("install").hidden = false;
    by("install").onclick = () => event.prompt();
  });
  document.body.dataset.ready = "";
  if (navigator.serviceWorker) {
    await navigator.serviceWorker.register(words.worker, { scope: words.scope });
    await navigator.serviceWorker.ready;
    document.body.dataset.worked = "ready";
  }
  await send();
}
function tellFault(fault) {
  console.debug(fault);
  tell(words.faultNext, "bad");
}
start().catch(tellFault);
