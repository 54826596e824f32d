// What browsers of telephones that get no new ones have no word for (Safari 13, Chrome 80): the app runs there, too.
export const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] % 16 + 64; // version 4 and variant of RFC 9562
  bytes[8] = bytes[8] % 64 + 128;
  const hex = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
// Of what holds texts, numbers, lists and their like.
export const copyOf = (one) => JSON.parse(JSON.stringify(one));
export const fill = (parent, ...children) => {
  parent.textContent = "";
  parent.append(...children);
};
// As the camera was turned. Browsers that do not know the option do so without being asked.
export const pictureOf = async (blob) => {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch (fault) {
    if (fault.name !== "TypeError") throw fault;
    return createImageBitmap(blob);
  }
};
// `work`, by one window at a time; where windows cannot agree, by one in this window: the server stores an id once.
let last = Promise.resolve();
export const inTurn = (name, work) => {
  if (navigator.locks) return navigator.locks.request(name, work);
  const next = last.then(work);
  last = next.catch(() => {});
  return next;
};
