// What was entered on this telephone, until the server has it: entries, the queue, photographs, and what can be chosen (docs/adr/0058).
// The drafts of other pages (ui/device-store.js) are encrypted by a key that a page of the server brings; here pages open
// without the server, for days, and hold pictures.
const NAME = "nhat-ky";
const STORED_SHOWN = 20; // entries that the server has and that are still shown
let opening;

function open() {
  opening = opening ?? new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("entries", { keyPath: "id" });
      made.createObjectStore("queue", { keyPath: "id" });
      made.createObjectStore("photos", { keyPath: "id" }).createIndex("entry", "entry");
      made.createObjectStore("known", { keyPath: "name" });
    };
    request.onsuccess = () => {
      const found = request.result;
      found.onversionchange = () => found.close();
      found.onclose = () => { opening = undefined; };
      resolve(found);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => { opening = undefined; });
  return opening;
}
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
// All of `work` or none of it; on the disk when this returns. A connection that the system has closed is opened once more.
async function within(names, mode, work) {
  for (let again = false; ; again = true) {
    try {
      const transaction = (await open()).transaction(names, mode, { durability: "strict" });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
      });
      done.catch(() => {}); // awaited below, unless the work itself fails first
      const found = await work((name) => transaction.objectStore(name));
      await done;
      return found;
    } catch (fault) {
      if (again || fault.name !== "InvalidStateError") throw fault;
      opening = undefined;
    }
  }
}
const all = (store) => answer(store.getAll());
const byTime = (one, other) => one.at - other.at;
// In the order in which they were saved, whatever the clock showed; those of an older release have no number.
const bySaving = (one, other) => (one.turn ?? 0) - (other.turn ?? 0) || byTime(one, other);

// --- who uses the telephone, and what can be chosen
export const account = () => within(["known"], "readonly", async (store) => (await answer(store("known").get("account")))?.found ?? null);
export const rememberAccount = (found) => within(["known"], "readwrite", (store) => answer(store("known").put({ name: "account", found })));
export const lastPlace = (kind) => within(["known"], "readonly", async (store) => (await answer(store("known").get(`place ${kind}`)))?.found ?? null);

// --- entries: "draft" while it is typed, "waiting" from when it was saved, "frozen" from when it was sent for the first time,
// "refused" with the server's reason, "stored" when the server has it with all photographs
export const entry = (id) => within(["entries"], "readonly", (store) => answer(store("entries").get(id)));
export const entriesOf = (owner) => within(["entries"], "readonly", async (store) => (await all(store("entries"))).filter((each) => each.account === owner).sort(bySaving));
export const countOfOthers = (owner) => within(["entries"], "readonly", async (store) => (await all(store("entries"))).filter((each) => each.account !== owner && each.state !== "stored").length);
// A draft, never over what has been saved meanwhile (a second window).
export const saveDraft = (draft) => within(["entries"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(draft.id));
  if (there && there.state !== "draft") return false;
  await answer(store("entries").put(draft));
  return true;
});
export const enqueue = (draft) => within(["entries", "queue", "known"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(draft.id));
  if (there && there.state !== "draft") return;
  const turn = ((await answer(store("known").get("turn")))?.found ?? 0) + 1;
  await answer(store("known").put({ name: "turn", found: turn }));
  await answer(store("entries").put({ ...draft, state: "waiting", turn, saved: Date.now() }));
  await answer(store("queue").put({ id: draft.id, account: draft.account, at: draft.at, turn }));
  await answer(store("known").put({ name: `place ${draft.fields.kind}`, found: draft.fields.location }));
});
export const queueOf = (owner) => within(["queue"], "readonly", async (store) => (await all(store("queue"))).filter((each) => each.account === owner).sort(bySaving));
export const change = (id, values) => within(["entries"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(id));
  if (there) await answer(store("entries").put({ ...there, ...values }));
});
const removePhotos = async (store, id) => {
  for (const key of await answer(store("photos").index("entry").getAllKeys(id))) await answer(store("photos").delete(key));
};
export const refuse = (id, reason) => within(["entries", "queue"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(id));
  if (there) await answer(store("entries").put({ ...there, state: "refused", reason }));
  await answer(store("queue").delete(id));
});
export const settle = (id) => within(["entries", "queue", "photos"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(id));
  if (!there) return;
  await answer(store("entries").put({ ...there, state: "stored", reason: "" }));
  await answer(store("queue").delete(id));
  await removePhotos(store, id);
  const old = (await all(store("entries"))).filter((each) => each.account === there.account && each.state === "stored").sort(bySaving);
  for (const each of old.slice(0, -STORED_SHOWN)) await answer(store("entries").delete(each.id));
});
// What was sent and not answered may be on record: it is neither discarded nor changed. Returns whether it was.
export const discard = (id) => within(["entries", "queue", "photos"], "readwrite", async (store) => {
  if ((await answer(store("entries").get(id)))?.state === "frozen") return false;
  await answer(store("entries").delete(id));
  await answer(store("queue").delete(id));
  await removePhotos(store, id);
  return true;
});
// What waits or was refused becomes a draft with a new id: the id of before belongs to what was sent under it.
export const reopen = (id, fresh) => within(["entries", "queue", "photos"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(id));
  if (!there || there.state === "frozen") return false;
  await answer(store("entries").put({ ...there, id: fresh, state: "draft", reason: "", record: null }));
  await answer(store("entries").delete(id));
  await answer(store("queue").delete(id));
  for (const photo of await answer(store("photos").index("entry").getAll(id))) await answer(store("photos").put({ ...photo, entry: fresh }));
  return true;
});

// --- photographs, as bytes: Safari has lost stored blobs
export const photosOf = (id) => within(["photos"], "readonly", async (store) => (await answer(store("photos").index("entry").getAll(id))).sort(byTime));
export const addPhoto = (draft, photo) => within(["entries", "photos"], "readwrite", async (store) => {
  const there = await answer(store("entries").get(draft.id));
  if (there && there.state !== "draft") return;
  await answer(store("entries").put(draft));
  await answer(store("photos").put({ ...photo, entry: draft.id }));
});
export const removePhoto = (id) => within(["photos"], "readwrite", (store) => answer(store("photos").delete(id)));
