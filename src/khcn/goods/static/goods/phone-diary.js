// The diary on a telephone: lot, step, entry, queue. Each screen has an address of its own behind "#", so that the telephone's
// button Back works and a page that the system ended comes back where it was.
import * as store from "./phone-store.js";
import { VERSION, sendAll } from "./phone-send.js";
import { names, scan, readCode, readPackage } from "./phone-scan.js";
import { isBegun, keyOf, keyOnRecord, lotBegun, nextNumber } from "./phone-lots.js";
import { readAmount, shownAmount } from "./phone-amounts.js";
import { MINUTE, minutesOff, roundTime, trueTime } from "./phone-clock.js";
import { copyOf, fill, newId, pictureOf } from "./phone-old-browsers.js";

const LONGEST_SIDE = 1600; // points of a photograph
const QUALITY = 0.8;
const DAY = 24 * 3600 * 1000; // milliseconds
const FIRST_WAIT = 15_000, LONGEST_WAIT = 300_000;
const JUST = 10 * MINUTE; // since an entry was saved, when the same again may be a mistake
const SAME = ["lot", "shipment", "code", "kind", "step", "amount", "done_on", "location", "into", "receiver", "note"];
const words = document.body.dataset;
const by = (id) => document.getElementById(id);
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
const shownDay = (iso) => iso.split("-").reverse().join("/");
const two = (number) => String(number).padStart(2, "0");
const today = (at = new Date()) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const shownMoment = (at) => `${two(at.getHours())}:${two(at.getMinutes())} ${shownDay(today(at))}`;
const hundredths = (amount) => Math.round(Number(amount) * 100);

let known = null; // the account with what it can choose
let begunLots = new Map(); // by key, those that only entries which wait name
let taken = new Map(); // by lot, what entries that wait change in it, in hundredths
let counted = new Set(); // shipments, and numbers of whole packages, that entries which wait have received
const trueDay = () => today(new Date(trueTime(known?.clock)));
const latestDay = () => (today() > trueDay() ? today() : trueDay());
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
// By its key, or as an entry names one that was begun here; the server may have that by now.
function lotOf(named) {
  const key = keyOf(named);
  return known?.lots.find((each) => each.id === key || keyOnRecord(each) === key) ?? begunLots.get(key) ?? null;
}
const openLots = () => [...begunLots.values(), ...(known?.lots ?? [])];
const itemOf = (id) => (known?.items ?? []).find((each) => each.id === id) ?? null;
const RECEIVE = { value: "receive", label: words.receive, needs_amount: true, change: 0, also: null };
const kindOf = (value) => (value === RECEIVE.value ? RECEIVE : known?.kinds.find((each) => each.value === value));
// A step of the process of a lot; lots of before have none.
const stepOf = (lot, id) => lot?.steps?.find((each) => each.id === id) ?? null;
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
const addressOf = (lot) => lot.address ?? `#lo/${encodeURIComponent(lot.id)}`;
const addressOfDraft = (id) => `#sua/${id}`;

// --- lots
function drawLots() {
  const text = by("find").value.trim();
  const named = readCode(text);
  const fits = (lot) => (named ? lot.gtin === named.gtin && (lot.label ?? lot.number) === named.lot : folded(`${lot.item} ${lot.number} ${lot.gtin} ${lot.label ?? ""}`).includes(folded(text)));
  const lots = openLots().filter(fits);
  fill(by("lots"), ...lots.map((lot) => link(
    addressOf(lot),
    element("strong", { textContent: lot.item }),
    element("span", { textContent: left(lot) }),
    ...(lot.stop ? [element("span", { textContent: lot.stop, className: "reason" })] : []),
  )));
  by("no-lots").hidden = lots.length > 0 || !known;
  by("no-lots").textContent = text ? words.notFound : known?.items?.length ? words.noLots : words.noItems;
  by("begin").hidden = !known?.items?.length;
  if (named && lots.length === 1) location.hash = addressOf(lots[0]);
}
function drawItems() {
  fill(by("items"), ...(known?.items ?? []).map((each) => link(`#moi/${each.id}`, element("strong", { textContent: each.name }))));
}
// A lot that is about to begin: with its first entry, in which its number and day can still be changed.
function lotToBegin(id) {
  const item = itemOf(Number(id));
  if (!item) return null;
  const made_on = trueDay();
  return lotBegun(item, { item: item.id, number: nextNumber(item, made_on, openLots()), made_on }, `#moi/${item.id}`);
}
// Of a lot, in its unit, with what waits to be sent.
const amountLeft = (lot) => String(Math.max(0, hundredths(lot.amount) + (taken.get(lot.id) ?? 0)) / 100);
function left(lot) {
  const text = say(taken.get(lot.id) ? words.lotWaiting : words.lot, { number: lot.number, day: shownDay(lot.made_on), amount: shownAmount(amountLeft(lot)), unit: lot.unit });
  return [text, packedInWords(lot), lot.begun && words.begunHere, expiryInWords(lot, trueDay())].filter(Boolean).join(" · ");
}
const packedInWords = (lot) => hundredths(lot.packed ?? 0) > 0 && say(words.packed, { amount: shownAmount(lot.packed), unit: lot.unit });
function expiryInWords(lot, day) {
  if (!lot.expires_on) return "";
  return say(lot.expires_on < day ? words.expired : words.expires, { day: shownDay(lot.expires_on) });
}

// --- goods on their way: those that the account knew of when it had a connection last, and any other by the code of its label
const isCounted = (each) => counted.has(each.id) || counted.has(each.package?.sscc);
const arrivals = () => (known?.arrivals ?? []).filter((each) => !isCounted(each));
// What comes in one package is one line; each other shipment is one.
function coming() {
  const found = new Map();
  for (const each of arrivals()) {
    const key = each.package?.sscc ?? each.id;
    found.set(key, [...(found.get(key) ?? []), each]);
  }
  return [...found.values()];
}
const goodsOfPackage = (number) => arrivals().filter((each) => each.package?.sscc === number);
const sentIn = ({ sender, amount, unit, number, sent_on: day }) => say(words.sentGoods, { sender, amount: shownAmount(amount), unit, number, day: shownDay(day) });
const warningOf = ({ stop, expires_on: last }) => [stop, last && last < trueDay() && say(words.expired, { day: shownDay(last) })].filter(Boolean).join(" ");
function lineOfArrival(arrival) {
  const line = element("li");
  const warning = warningOf(arrival);
  line.append(element("strong", { textContent: arrival.item }), element("span", { textContent: sentIn(arrival) }));
  if (warning) line.append(element("span", { textContent: warning, className: "reason" }));
  const buttons = element("p", { className: "buttons" });
  buttons.append(
    element("a", { textContent: say(words.allCame, { amount: shownAmount(arrival.amount), unit: arrival.unit }), href: `#nhan/${arrival.id}/du`, className: "button main" }),
    element("a", { textContent: words.otherCame, href: `#nhan/${arrival.id}/dem`, className: "button" }),
  );
  line.append(buttons);
  return line;
}
const inPackage = (goods) => goods.map(({ item, number, amount, unit }) => say(words.inPackage, { item, number, amount: shownAmount(amount), unit })).join("; ");
const sentPackage = ([{ sender, sent_on: day, package: { inner } }]) => [say(words.sentPackage, { sender, day: shownDay(day) }), inner.length && say(words.inner, { count: inner.length })].filter(Boolean).join(", ");
const warningOfAll = (goods) => [...new Set(goods.map(warningOf).filter(Boolean))].join(" ");
function lineOfPackage(goods, number) {
  const line = element("li");
  const { name, sscc, inner } = goods[0].package;
  const warning = warningOfAll(goods);
  line.append(element("strong", { textContent: name }), element("span", { textContent: `${sentPackage(goods)}: ${inPackage(goods)}` }));
  if (inner.includes(number)) line.append(element("span", { textContent: words.innerCode }));
  if (warning) line.append(element("span", { textContent: warning, className: "reason" }));
  const buttons = element("p", { className: "buttons" });
  buttons.append(
    element("a", { textContent: words.wholeCame, href: `#nhan/kien/${sscc}`, className: "button main" }),
    element("a", { textContent: words.otherCame, href: `#nhan/le/${sscc}`, className: "button" }),
  );
  line.append(buttons);
  return line;
}
const isNamed = ({ item, number, sender, path, package: packed }, text) => names(text, path) || folded(`${item} ${number} ${sender} ${packed?.name ?? ""}`).includes(folded(text));
function drawArrivals() {
  const text = by("find-code").value.trim();
  const [, how, apart] = location.hash.slice(1).split("/");
  const read = readCode(text), number = readPackage(text);
  const isMeant = (each) => isNamed(each, text) || (number && (each.package?.sscc === number || each.package?.inner.includes(number)));
  const isFound = (goods) => goods.some(isMeant);
  const groups = how === "le" ? goodsOfPackage(apart).map((each) => [each]) : coming();
  const found = groups.filter(isFound);
  fill(by("arrivals"), ...found.map((goods) => (goods[0].package && how !== "le" ? lineOfPackage(goods, number) : lineOfArrival(goods[0]))));
  by("arrivals-none").hidden = found.length > 0;
  const waits = Boolean(text) && (known?.arrivals ?? []).some((each) => isCounted(each) && isMeant(each));
  by("arrivals-none").textContent = waits ? words.receivedHere : text ? words.notComing : words.nothingComing;
  by("by-code").hidden = !text || found.length > 0 || waits;
  by("code-page").hidden = !read && !number;
  if (read) by("code-page").href = `/01/${read.gtin}/10/${encodeURIComponent(read.lot)}`;
  else if (number) by("code-page").href = `/00/${number}`;
  by("receive-code").href = `#nhan/ma/${encodeURIComponent(text)}`;
}
// What the page of an entry shows of them in place of a lot.
function comingGoods(id, value) {
  if (id === "ma" && value) {
    const code = decodeURIComponent(value);
    const read = readCode(code);
    if (readPackage(code)) return { item: words.packageByCode, number: readPackage(code), unit: "", whole: true, sent: words.foundWhenSent, fields: { shipment: null, code } };
    return { item: words.byCode, number: read ? say(words.lotNumber, { number: read.lot }) : code, unit: "", sent: words.foundWhenSent, fields: { shipment: null, code } };
  }
  if (id === "kien") {
    const goods = goodsOfPackage(value);
    if (!goods.length) return null;
    const { name, url } = goods[0].package;
    return { item: name, number: say(words.lots, { count: goods.length }), unit: "", whole: true, sent: `${sentPackage(goods)}: ${inPackage(goods)}`, stop: warningOfAll(goods), url, fields: { shipment: null, code: value } };
  }
  const found = (known?.arrivals ?? []).find((each) => each.id === Number(id));
  if (!found || !value) return null;
  const { item, number, unit, pieces, amount, expires_on, stop, url } = found;
  return { item, number, unit, pieces, amount: value === "du" ? amount : null, sent: sentIn(found), expires_on, stop, url, fields: { shipment: found.id, code: null } };
}

function lineOfDraft(one) {
  const line = element("li");
  const goOn = say(words.goOn, { day: shownDay(today(new Date(one.at))) });
  line.append(
    link(addressOfDraft(one.id), element("strong", { textContent: goOn }), element("span", { textContent: about(one) })),
    button(words.discard, () => discard(one.id)),
  );
  return line;
}
async function drawDrafts() {
  const drafts = known ? (await store.entriesOf(known.account.id)).filter((each) => each.state === "draft") : [];
  fill(by("drafts"), ...drafts.map(lineOfDraft));
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
  // Nothing is in a lot that begins, and nothing is made into one that came from another party.
  const fits = (kind) => kind && (kind.change >= 0 || !lot.address) && (kind.change <= 0 || !lot.received);
  const steps = (lot.steps ?? []).filter((each) => fits(kindOf(each.kind)));
  const named = new Set(steps.map((each) => each.name)); // what its process names is entered by that
  const row = (kind, step, name) => link(`${addressOf(lot)}/${kind}${step ? `/${step}` : ""}`, element("strong", { textContent: name }));
  fill(by("steps"), ...steps.map((each) => row(each.kind, each.id, each.name)));
  const offered = known.kinds.filter((each) => !named.has(each.label) && fits(each));
  fill(by("kinds"), ...offered.map((each) => row(each.value, null, each.label)));
  by("kinds-part").hidden = !steps.length;
}

// --- one entry
const options = (select, rows, chosen) => {
  const empty = element("option", { textContent: words.choose, value: "" });
  fill(select, empty, ...rows.map((each) => element("option", { textContent: each.name ?? `${each.item}, ${each.number}`, value: each.id })));
  select.value = chosen ?? "";
};
async function draftAt(id) {
  await writing; // it may have just been begun
  const found = known ? await store.entry(id) : null;
  return found?.state === "draft" && found.account === known.account.id ? found : null;
}
// What was begun and not saved is never taken up by itself: it may be of another day.
async function begunOf(lot, kind, step) {
  const drafts = (await store.entriesOf(known.account.id)).filter((each) => each.state === "draft");
  const wanted = { lot: lot.begun ?? lot.id ?? null, kind, step, shipment: null, code: null, ...lot.fields };
  const begins = (named) => lot.address && isBegun(named) && named.item === lot.begun.item; // whatever its number
  const isWanted = (fields, name) => keyOf(fields[name]) === keyOf(wanted[name]) || (name === "lot" && begins(fields.lot));
  return drafts.filter(({ fields }) => Object.keys(wanted).every((name) => isWanted(fields, name)));
}
function drawBegun(lot, kind, step, drafts) {
  by("begun-title").textContent = step?.name ?? kind.label;
  by("begun-lot").textContent = `${lot.item}, ${lot.number}`;
  fill(by("begun"), ...drafts.map(lineOfDraft));
  by("anew").href = lot.fields ? `${location.hash}/moi` : `${addressOf(lot)}/${kind.value}/${step?.id ?? 0}/moi`;
}
function drawEntry(lot, kind, step) {
  const { fields } = draft;
  by("entry-title").textContent = step?.name ?? kind.label;
  by("asked").textContent = step?.asked ? say(words.asked, step) : "";
  const begins = isBegun(fields.lot);
  by("begins-part").hidden = !begins;
  by("lot-number").value = begins ? fields.lot.number : "";
  by("made-on").value = begins ? fields.lot.made_on : "";
  by("made-on").max = latestDay();
  by("entry-lot").textContent = [begins ? lot.item : `${lot.item}, ${lot.number}`, expiryInWords(lot, trueDay())].filter(Boolean).join(" · ");
  by("unit").textContent = lot.unit;
  by("coming").textContent = lot.sent ?? "";
  by("coming").hidden = !lot.sent;
  by("stop").textContent = lot.sent ? warningOf(lot) : stopOf(lot, kind);
  by("stop").hidden = !by("stop").textContent;
  by("refuse").hidden = !lot.url;
  by("refuse").href = lot.url ?? "";
  by("code-part").hidden = !fields.code;
  by("code").value = fields.code ?? "";
  const begunOn = draft.id ? today(new Date(draft.at)) : trueDay();
  by("since").textContent = begunOn === trueDay() ? "" : say(words.since, { day: shownDay(begunOn) });
  by("since").hidden = !by("since").textContent;
  by("amount").value = draft.typed;
  by("day").value = fields.done_on;
  drawDay();
  by("note").value = fields.note;
  options(by("place"), known.locations, fields.location);
  by("into-part").hidden = kind.also !== "into";
  options(by("into"), openLots().filter((each) => each.id !== lot.id && !each.received), lotOf(fields.into)?.id);
  by("receiver-part").hidden = kind.also !== "receiver";
  options(by("receiver"), known.receivers, fields.receiver);
  by("amount-optional").hidden = kind.needs_amount;
  drawAmountPart(lot, step);
  by("counts").textContent = lot.whole ? words.wholeCounts : countsInWords(lot, kind, step);
  showAmount();
  tellWrong([]);
  fill(by("photos"));
}
// All that is in a package comes as it was sent, without an amount; another code, typed in its place, needs one.
const isWhole = (lot) => Boolean(lot?.whole) && readPackage(by("code").value) !== null;
const drawAmountPart = (lot, step) => { by("amount-part").hidden = Boolean(step?.elsewhere) || isWhole(lot); };
// What stops goods of the lot, where they would go somewhere.
const stopOf = (lot, kind) => (kind.change < 0 && lot.stop) || "";
// Whether the entry changes how much is in the lot: packing may, and plucking leaves for packets of tea does not.
function countsInWords(lot, kind, step) {
  if (lot.sent) return lot.unit && say(words.comesIn, lot);
  if (kind.change) return say(kind.change > 0 ? words.comesIn : words.goesOut, lot);
  const making = (lot.steps ?? []).filter((each) => kindOf(each.kind)?.change > 0).map((each) => `“${each.name}”`);
  const where = making.length ? say(words.madeBy, { unit: lot.unit, steps: making.join(words.or) }) : "";
  return [step?.elsewhere ? words.goodsElsewhere : words.changesNothing, where].filter(Boolean).join(" ");
}
// Of an entry that nobody has begun, the day follows what is known of the clock by now.
function drawDay() {
  by("day").max = latestDay();
  if (draft && !draft.id) by("day").value = trueDay();
}
async function newDraft(lot, kind, step) {
  const last = await store.lastPlace(kind.value);
  const place = known.locations.find((each) => each.id === last) ?? (known.locations.length === 1 ? known.locations[0] : null);
  const amount = lot.fields ? lot.amount : null;
  const fields = { lot: lot.begun ?? lot.id ?? null, shipment: null, code: null, ...lot.fields, kind: kind.value, done_on: trueDay(), done_at: null, location: place?.id ?? null, amount, into: null, receiver: null, step: step?.id ?? null, note: "" };
  return { id: "", version: VERSION, account: known.account.id, state: "draft", typed: amount ? shownAmount(amount) : "", fields, lot, reason: "", record: null };
}
// At the first keystroke the entry gets its id and its time, and is on the disk from then on.
function begun() {
  if (!draft.id) {
    const at = new Date();
    draft.id = newId();
    draft.at = at.getTime();
    draft.offset = -at.getTimezoneOffset();
    history.replaceState(null, "", addressOfDraft(draft.id)); // where a page that the system ended comes back to
  }
  return draft;
}
function readForm() {
  const number = (id) => Number(by(id).value) || null; // none, too, where it is the key of a lot that was begun here
  const also = kindOf(draft.fields.kind)?.also;
  const at = new Date(begun().at);
  draft.typed = by("amount-part").hidden ? "" : by("amount").value;
  draft.version = VERSION;
  draft.off = draft.off ?? minutesOff(known?.clock);
  if (isBegun(draft.fields.lot)) {
    const named = { item: draft.fields.lot.item, number: by("lot-number").value.trim(), made_on: by("made-on").value };
    draft.fields.lot = named;
    draft.lot = copyOf(draft.lot);
    draft.lot.number = named.number;
    draft.lot.made_on = named.made_on;
    draft.lot.begun = named;
  }
  const into = lotOf(number("into") ?? by("into").value);
  Object.assign(draft.fields, {
    step: draft.fields.step ?? null,
    shipment: draft.fields.shipment ?? null,
    code: draft.fields.code ? by("code").value.trim() || draft.fields.code : null,
    amount: readAmount(draft.typed).amount ?? null,
    done_on: by("day").value,
    done_at: by("day").value === today(at) && draft.off === null ? `${two(at.getHours())}:${two(at.getMinutes())}` : null,
    location: number("place"),
    into: also === "into" && into ? into.begun ?? into.id : null,
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
  if (draft.lot?.whole) drawAmountPart(draft.lot, null);
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
  const lot = lotOf(draft.fields.lot) ?? draft.lot;
  const last = lot.expires_on;
  const { why, ...read } = readAmount(draft.typed);
  const named = isBegun(draft.fields.lot) ? draft.fields.lot : null;
  const namesake = named && known.lots.find((each) => each.item_id === named.item && each.number === named.number && each.made_on !== named.made_on);
  return [
    named && !named.number && [words.wrongNumber, "lot-number"],
    namesake && [say(words.wrongNamesake, { number: namesake.number, day: shownDay(namesake.made_on) }), "lot-number"],
    named && (!named.made_on || named.made_on > latestDay()) && [words.wrongMadeOn, "made-on"],
    (draft.typed.trim() || (kind.needs_amount && !isWhole(lot))) && !amount && [say(words[why], read), "amount"],
    amount?.includes(".") && lot.pieces && amount !== lot.amount && [say(words.amountPieces, { unit: lot.unit, value: shownAmount(amount) }), "amount"],
    (!day || day > latestDay()) && [words.wrongDay, "day"],
    day && last && last < day && kind.moves_on && [say(words.wrongExpired, { day: shownDay(last) }), "day"],
    day && lot.stopped_since < day && kind.moves_on && [lot.stop, "day"],
    day && day < lot.made_on && kind.before_lot === false && [say(words.wrongBefore, { day: shownDay(lot.made_on) }), "day"],
    !place && [words.wrongPlace, "place"],
    kind.also === "into" && !into && [words.wrongInto, "into"],
    kind.also === "receiver" && !receiver && [words.wrongReceiver, "receiver"],
    step?.asked && !note && [say(words.wrongNote, { step: step.name, asked: step.asked }), "note"],
  ].filter(Boolean);
}
const sameFields = (one, other) => SAME.every((name) => keyOf(one[name]) === keyOf(other[name]));
async function isSavedAlready() {
  const saved = (await store.entriesOf(known.account.id)).filter((each) => each.state !== "draft" && each.state !== "refused");
  return saved.some((each) => Math.abs(Date.now() - each.saved) < JUST && sameFields(each.fields, draft.fields));
}
// The day that a wrong clock has set is stored only where people say that it is right.
const isDayOfWrongClock = ({ at, off, fields }) => Boolean(off) && fields.done_on === today(new Date(at)) && fields.done_on !== today(new Date(at - off * MINUTE));
async function save() {
  if (!draft) return;
  readForm();
  const wrong = wrongOf();
  tellWrong(wrong.map(([text]) => text));
  if (wrong.length) {
    by(wrong[0][1]).focus();
    return;
  }
  if (isDayOfWrongClock(draft) && !confirm(say(words.sureDay, { day: shownDay(draft.fields.done_on) }))) {
    by("day").focus();
    return;
  }
  const lot = lotOf(draft.fields.lot) ?? (isBegun(draft.fields.lot) && draft.lot);
  const isTooMuch = lot && kindOf(draft.fields.kind).change < 0 && hundredths(draft.fields.amount ?? 0) > hundredths(amountLeft(lot));
  const tooMuch = packedInWords(lot || {}) ? words.tooMuchLoose : words.tooMuch;
  if (isTooMuch && !confirm(say(tooMuch, { amount: shownAmount(amountLeft(lot)), packed: shownAmount(lot.packed ?? "0"), unit: lot.unit }))) {
    by("amount").focus();
    return;
  }
  by("save").disabled = true; // one press is one entry
  try {
    await writing;
    if (await isSavedAlready() && !confirm(say(words.again, { about: about(draft) }))) {
      tell(words.notAgain, "note");
      return;
    }
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
const isWrong = (one) => one.state === "stored" && (known?.declared_wrong ?? []).includes(one.id);
const stateOf = (one) => isWrong(one) ? words.isWrong : ({ draft: words.isDraft, waiting: words.isWaiting, frozen: words.isSent, refused: words.isRefused, stored: words.isStored })[one.state];
async function drawQueue() {
  const entries = known ? (await store.entriesOf(known.account.id)).filter((each) => each.state !== "draft") : [];
  const others = known ? await store.countOfOthers(known.account.id) : 0;
  const lines = [...entries].reverse().map((one) => {
    const line = element("li", { className: one.state });
    line.append(element("strong", { textContent: about(one) }), element("span", { textContent: stateOf(one) }));
    if (one.state === "refused") line.append(element("span", { textContent: one.reason, className: "reason" }));
    const buttons = element("p", { className: "buttons" });
    if (one.state === "waiting" || (one.state === "refused" && !one.record)) buttons.append(button(words.mend, () => mend(one), "main"), button(words.discard, () => discard(one.id)));
    else if (one.state === "refused") buttons.append(button(words.discardPhotos, () => settle(one.id)));
    else if (one.url) buttons.append(element("a", { textContent: words.see, href: one.url, className: "button" }));
    if (buttons.childNodes.length) line.append(buttons);
    return line;
  });
  fill(by("entries"), ...lines);
  by("no-entries").hidden = lines.length > 0;
  const waiting = entries.filter((each) => each.state === "waiting" || each.state === "frozen");
  begunLots = new Map();
  for (const { fields } of waiting) {
    const item = isBegun(fields.lot) && !lotOf(fields.lot) && itemOf(fields.lot.item);
    if (item) begunLots.set(keyOf(fields.lot), lotBegun(item, fields.lot));
  }
  counted = new Set(waiting.map(({ fields: { shipment, code, amount } }) => shipment ?? (code && !amount ? readPackage(code) : null)).filter(Boolean));
  taken = new Map();
  for (const { fields } of waiting) {
    const change = (kindOf(fields.kind)?.change ?? 0) * hundredths(fields.amount ?? 0);
    const lot = lotOf(fields.lot)?.id;
    if (change && lot) taken.set(lot, (taken.get(lot) ?? 0) + change);
  }
  const refused = entries.filter((each) => each.state === "refused");
  const oldest = Math.max(0, ...waiting.map((each) => Date.now() - each.at));
  by("queue").hidden = !waiting.length && !refused.length;
  by("queue-count").textContent = [waiting.length && say(words.waiting, { count: waiting.length }), refused.length && say(words.refused, { count: refused.length })].filter(Boolean).join(" · ");
  by("queue-old").hidden = oldest < 3 * DAY;
  by("others").hidden = !others;
  by("others").textContent = say(words.others, { count: others });
}
async function mend(one) {
  const fresh = newId();
  if (await store.reopen(one.id, fresh)) location.hash = addressOfDraft(fresh);
  else await drawSent();
}
async function discard(id) {
  if (!confirm(words.sure)) return;
  if (await store.discard(id)) await draw();
  else await drawSent();
}
// It has been sent since the page showed it as waiting.
async function drawSent() {
  tell(words.isSent, "note");
  await drawQueue();
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
  else {
    await drawQueue();
    drawDay();
    drawArrivals();
  }
}
// A connection that has just come back often fails once more: the next try is not far off either.
function sendNow() {
  wait = FIRST_WAIT;
  send();
}
function drawKnown() {
  const lines = coming().length;
  by("receive").textContent = lines ? say(words.receiveComing, { count: lines }) : words.receive;
  by("receive").hidden = !known;
  by("who").textContent = known?.account.name ?? "";
  by("first").hidden = Boolean(known);
  const off = minutesOff(known?.clock);
  by("clock").hidden = off === null;
  if (off === null) return;
  const { unit, count } = roundTime(off);
  const values = { time: say(words[unit], { count: shownAmount(String(count)) }), here: shownMoment(new Date()), there: shownMoment(new Date(trueTime(known.clock))) };
  by("clock").textContent = say(off > 0 ? words.clockAhead : words.clockBehind, values);
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
  const [part, id, value, stepId, anew] = location.hash.slice(1).split("/");
  const typed = part === "sua" ? await draftAt(id) : null;
  // A lot that can no longer be chosen is in its draft: what the server refused is mended still.
  const arrival = part === "nhan" ? comingGoods(id, value) : null;
  const chosen = part === "lo" ? lotOf(Number(id) || decodeURIComponent(id)) : part === "moi" ? lotToBegin(id) : null;
  const lot = typed ? lotOf(typed.fields.lot) ?? typed.lot : arrival ?? chosen;
  const step = typed ? stepOf(lot, typed.fields.step) ?? stepOf(typed.lot, typed.fields.step) : stepOf(lot, Number(stepId));
  const kind = lot && kindOf(typed ? step?.kind ?? typed.fields.kind : arrival ? RECEIVE.value : value); // the department may have changed the process meanwhile
  const isAnew = Boolean(arrival ? stepId : anew);
  const begunBefore = kind && !typed && !isAnew ? await begunOf(lot, kind.value, step?.id ?? null) : [];
  const shown = typed ?? (kind && !begunBefore.length ? await newDraft(lot, kind, step) : null);
  if (mine !== drawing) return;
  drawKnown();
  draft = kind ? shown : null;
  if (draft) {
    draft.fields.kind = kind.value;
    if (isBegun(draft.fields.lot) && !lot.begun) draft.fields.lot = lot.id; // the server has it by now
    drawEntry(lot, kind, step);
    show("entry");
    by("amount").focus();
    await drawPhotos();
  } else if (kind) {
    drawBegun(lot, kind, step, begunBefore);
    show("begun");
  } else if (lot) {
    drawSteps(lot);
    show("steps");
  } else if (part === "moi") {
    drawItems();
    show("items");
  } else if (part === "muc") show("entries");
  else if (part === "nhan") {
    drawArrivals();
    show("arrivals");
  } else {
    drawLots();
    show("lots");
  }
}
async function scanInto(field, camera, drawFound) {
  const { text: found, why } = await scan(by(camera), by(`${camera}-part`));
  if (why) tell(words[why], "bad");
  if (found) {
    by(field).value = found;
    drawFound();
  } else by(field).focus();
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
  by("scan").addEventListener("click", () => scanInto("find", "camera", drawLots));
  by("find-code").addEventListener("input", drawArrivals);
  by("scan-code").addEventListener("click", () => scanInto("find-code", "camera-code", drawArrivals));
  for (const each of document.querySelectorAll("[data-send]")) each.addEventListener("click", sendNow);
  window.addEventListener("online", sendNow);
  window.addEventListener("offline", () => { by("connection").textContent = words.noConnection; });
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
