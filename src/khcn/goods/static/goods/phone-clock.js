// What is known of the telephone's clock: by how much it differed when the server last answered, and that it is later than that.
export const MINUTE = 60_000; // milliseconds
const HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TOLERANCE = 5 * MINUTE; // as on the server

// What the server's clock shows while that of the telephone shows `at`, as far as can be known here. `clock` has both of one moment.
// A clock that was set right without a connection is believed when nothing speaks against it.
export function trueTime(clock, at = Date.now()) {
  if (!clock) return at;
  const off = clock.phone - clock.server;
  if (off > TOLERANCE && at >= clock.phone - TOLERANCE) return at - off;
  if (at >= clock.server - TOLERANCE) return at;
  return off < -TOLERANCE && at >= clock.phone ? at - off : clock.server;
}
// By how many minutes the clock is ahead (behind: less than 0) now; null where it is right.
export function minutesOff(clock) {
  const at = Date.now();
  const off = at - trueTime(clock, at);
  return Math.abs(off) > TOLERANCE ? Math.round(off / MINUTE) : null;
}
// The unit in which people say such a time, and how many of it.
export function roundTime(minutes) {
  const length = Math.abs(minutes) * MINUTE;
  const [unit, size] = length >= 2 * DAY ? ["days", DAY] : length >= 2 * HOUR ? ["hours", HOUR] : ["minutes", MINUTE];
  return { unit, count: Math.round(length / size) };
}
// Both clocks at the moment of an answer that has the server's time; the telephone's was between `before` and now.
export function clockOf(text, before) {
  const server = Date.parse(text);
  return Number.isNaN(server) ? null : { server, phone: Math.min(Math.max(server, before), Date.now()) };
}
