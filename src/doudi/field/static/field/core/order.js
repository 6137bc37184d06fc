// In which order to go: what is late first, then what is due, and within a day village by village, group by group.

import { daysBetween } from "./clock.js";

/** 0 late, 1 within two days, 2 later, 3 without a day. */
const urgency = (pack, today) => {
  if (!pack.due_on) return 3;
  const left = daysBetween(today, pack.due_on);
  return left < 0 ? 0 : left <= 2 ? 1 : 2;
};

/** Packs in the order of the day; what has been filled in already goes to the end. Stable, whatever order they came in. */
export const ordered = (packs, doneNumbers, today) => {
  const key = (pack) => [
    doneNumbers.has(pack.number) ? 1 : 0, urgency(pack, today), pack.village ?? "", pack.address ?? "", pack.due_on ?? "9999", pack.number,
  ];
  return packs.map((pack) => [key(pack), pack]).sort(([a], [b]) => compare(a, b)).map(([, pack]) => pack);
};

const compare = (a, b) => {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
};

/** The deadline in words, and its weight: late is solid, near is tinted. */
export const deadline = (pack, today) => {
  if (!pack.due_on) return { words: "没有时限", weight: "d" };
  const left = daysBetween(today, pack.due_on);
  if (left < 0) return { words: `逾期 ${-left} 天`, weight: "x" };
  return { words: left === 0 ? "今天到期" : `剩 ${left} 天`, weight: left <= 2 ? "a" : "g" };
};
