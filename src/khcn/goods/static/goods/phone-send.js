// Sends what was entered, one after the other and by one window at a time. The server knows each entry and photograph by its id,
// so what was sent and not answered is simply sent again. Only an answer that names the entry counts: pages of a Wi-Fi that
// wants a password come with status 200, too.
import { change, entry, photosOf, queueOf, refuse, rememberAccount, settle } from "./phone-store.js";
import { clockOf } from "./phone-clock.js";
import { inTurn } from "./phone-old-browsers.js";

const { data: DATA, entries: ENTRIES } = document.body.dataset;
export const VERSION = 6; // of an entry; what waits since an older release is sent as it was
const DATA_VERSION = 1;
const SECONDS = 1000;
const later = (why) => ({ kind: "later", why }); // the name of a sentence
// A page of the network's own or half an answer; no connection at all; the server has no time; another release is there.
const STRANGE = later("strange"), UNREACHED = later("unreached"), BUSY = later("busy"), VERSIONS = later("otherVersion");
const SIGN_IN = new Set(["password_change_required", "second_factor_required", "for_organisations"]);
const NOT_NOW = new Set([408, 425, 429]);

async function ask(address, options, wait) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  let came = false;
  try {
    const answer = await fetch(address, { ...options, cache: "no-store", redirect: "manual", signal: stop.signal });
    came = true;
    const type = answer.headers.get("Content-Type") ?? "";
    if (answer.ok && type.startsWith("application/json")) return { kind: "done", found: await answer.json() };
    if (!type.startsWith("application/problem+json")) return answer.status >= 500 || NOT_NOW.has(answer.status) ? BUSY : STRANGE;
    const { code, detail, errors } = await answer.json();
    if (answer.status === 401) return { kind: "sign-in" }; // its words are for programs
    if (SIGN_IN.has(code)) return { kind: "sign-in", detail };
    if (code === "unknown_version") return VERSIONS;
    if (code === "csrf" || code === "other_account" || answer.status >= 500 || NOT_NOW.has(answer.status)) return BUSY;
    const fields = Object.values(errors ?? {}).flat();
    return { kind: "refused", reason: [...new Set(fields.length ? fields : [detail])].join(" ") };
  } catch (fault) {
    console.debug(fault);
    return came && fault.name === "SyntaxError" ? STRANGE : navigator.onLine ? UNREACHED : later("noConnection");
  } finally {
    clearTimeout(timer);
  }
}
const post = (address, token, body, type, wait) => ask(address, { method: "POST", body, headers: { "Content-Type": type, "X-CSRFToken": token } }, wait);

// Who is signed in, and what can be chosen; stored for the time without a connection.
async function refresh() {
  const before = Date.now();
  const answer = await ask(DATA, {}, 20 * SECONDS);
  if (answer.kind !== "done") return answer.kind === "refused" ? BUSY : answer;
  if (!Number.isInteger(answer.found.account?.id)) return STRANGE;
  if (answer.found.version !== DATA_VERSION) return VERSIONS;
  const { csrf, steps, ...found } = answer.found;
  const byId = new Map(steps.map((each) => [each.id, each]));
  for (const one of [...found.lots, ...(found.items ?? [])]) { // so that a draft has the steps of its lot
    const elsewhere = new Set(one.goods_elsewhere); // their amounts are of other goods
    one.steps = one.steps.map((id) => byId.get(id)).map(({ id, name, asked, kind }) => (elsewhere.has(id) ? { id, name, asked, kind: "work", elsewhere: true } : { id, name, asked, kind }));
  }
  found.clock = clockOf(found.at, before);
  await rememberAccount(found);
  return { kind: "done", found, csrf };
}

const isoWithOffset = (at, offset) => {
  const sign = offset < 0 ? "-" : "+";
  const two = (number) => String(Math.trunc(number)).padStart(2, "0");
  const local = new Date(at + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
};
const now = () => isoWithOffset(Date.now(), -new Date().getTimezoneOffset());

async function sendOne(id, token) {
  await change(id, { state: "frozen" }); // from now on it may be on record: it is changed no more
  const [one, photos] = [await entry(id), await photosOf(id)];
  if (!one) return { kind: "done" };
  const body = JSON.stringify({
    version: one.version,
    id,
    account: one.account,
    sent_at: now(),
    typed_at: isoWithOffset(one.at, one.offset),
    typed_off: one.version < 3 ? undefined : one.off ?? null, // what is undefined is not sent
    entry: one.fields,
    photos: photos.map((each) => ({ id: each.id, sha256: each.sha256 })),
  });
  const answer = await post(ENTRIES, token, body, "application/json", 40 * SECONDS);
  if (answer.kind !== "done") return answer;
  const { id: named, record, url, photos: there } = answer.found;
  if (named !== id || !Number.isInteger(record) || !Array.isArray(there)) return STRANGE;
  await change(id, { record, url });
  let stored = new Set(there);
  for (const photo of photos.filter((each) => !stored.has(each.id))) {
    const taken = await post(`${ENTRIES}${record}/photos/${photo.id}/`, token, photo.bytes, "image/jpeg", 120 * SECONDS);
    if (taken.kind !== "done") return taken;
    if (taken.found.id !== id || !Array.isArray(taken.found.photos)) return STRANGE;
    stored = new Set(taken.found.photos);
  }
  if (!photos.every((each) => stored.has(each.id))) return STRANGE;
  await settle(id);
  return { kind: "done" };
}

async function sendInTurn(tell) {
  const known = await refresh();
  if (known.kind !== "done") return known;
  const owner = known.found.account.id;
  const tried = new Set();
  for (let left = await queueOf(owner); left.some(({ id }) => !tried.has(id)); left = await queueOf(owner)) {
    const { id } = left.find((each) => !tried.has(each.id));
    tried.add(id);
    const answer = await sendOne(id, known.csrf);
    if (answer.kind === "refused") await refuse(id, answer.reason);
    else if (answer.kind !== "done") return answer;
    await tell();
  }
  const after = tried.size ? await refresh() : known; // what is left in the lots is less or more by what was sent
  return after.kind === "done" ? { kind: "done", token: after.csrf } : after;
}
// Of several windows one sends; the others wait for it, so that nothing saved meanwhile is left.
export const sendAll = (tell) => inTurn("nhat-ky:gui", () => sendInTurn(tell));
