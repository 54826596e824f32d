// Lots that were begun on this telephone: until the server has one, it is known by product, day and number, and entries name it by these.
export const keyOf = (lot) => (lot && typeof lot === "object" ? [lot.item, lot.made_on, lot.number].join("/") : lot ?? null);
export const isBegun = (lot) => Boolean(lot) && typeof lot === "object";
export const keyOnRecord = ({ item_id: item, made_on, number }) => keyOf({ item, made_on, number });
// What the pages show of one, with nothing in it. `begun` is what an entry has in place of the key of a lot; `address`: of one that no entry
// names yet.
export function lotBegun(item, begun, address = null) {
  const { number, made_on } = begun;
  return { id: keyOf(begun), item: item.name, item_id: item.id, number, made_on, gtin: item.gtin, label: number, unit: item.unit, pieces: item.pieces, amount: "0", expires_on: null, steps: item.steps, begun, address };
}
// By the day, as people write it on sacks: "021226", and "021226-2" where the product has that lot.
export function nextNumber(item, day, lots) {
  const [year, month, date] = day.split("-");
  const there = new Set(lots.filter((each) => each.item_id === item.id).map((each) => each.number));
  const first = `${date}${month}${year.slice(2)}`;
  let number = first;
  for (let count = 2; there.has(number); count += 1) number = `${first}-${count}`;
  return number;
}
