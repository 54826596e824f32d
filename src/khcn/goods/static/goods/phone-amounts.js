// Amounts as people type them: "." between thousands, "," before decimals, by the rule of the forms (kernel/text/numbers.py).
// A point before three digits is refused and not guessed at: "0.125" is no 125. Before one or two it can be decimals alone, and the number
// pad of some telephones has no comma.
const NUMBER = /^(\d+|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+)(?:,(\d+))?$/;
const ENGLISH = /^(\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})$/;
const DOTTED = /^(\d+)\.(\d+)$/, POINT = /^(\d+)\.(\d{1,2})$/;
const MOST_WHOLE = 10, MOST_PART = 2; // digits, as in the column

const withoutZeros = (digits) => digits.replace(/^0+(?=\d)/, "");

export const shownAmount = (text) => {
  const [whole, part] = text.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ".") + (part ? `,${part}` : "");
};
// `amount` as the server reads it, or `why` it is none: the name of a sentence, with the values of that.
export function readAmount(text) {
  const value = text.trim().replace(/\u00a0/g, " ").replace(POINT, "$1,$2");
  const found = NUMBER.exec(value);
  if (found) {
    const [whole, part] = [withoutZeros(found[1].replace(/[. ]/g, "")), (found[2] || "").replace(/0+$/, "")];
    const amount = part ? `${whole}.${part}` : whole;
    if (part.length > MOST_PART) return { why: "amountPart", value: shownAmount(amount) };
    if (whole.length > MOST_WHOLE) return { why: "amountLong", value: shownAmount(amount) };
    return amount === "0" ? { why: "amountZero" } : { amount };
  }
  if (/^-[\d., ]+$/.test(value)) return { why: "amountZero" };
  if (ENGLISH.test(value)) return { why: "amountEnglish", value };
  const dotted = DOTTED.exec(value);
  if (dotted) return { why: "amountDotted", value, decimal: `${dotted[1]},${dotted[2]}`, integer: withoutZeros(dotted[1] + dotted[2]) };
  return { why: value ? "amountUnread" : "wrongAmount", value };
}
