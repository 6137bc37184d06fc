// Three sides of one visit: what the phone started from, what was filled in, what stands now.

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const valuesOf = (pack) => new Map([...(pack?.facts ?? []), ...(pack?.questions ?? [])].map((line) => [line.key, line]));

/** What an answer says is true: a confirmed fact is the one that was shown. Undefined: nothing was said. */
export const said = (answer, line) => {
  if (!answer) return undefined;
  if (answer.correct === true) return line?.value ?? null;
  return answer.value ?? (answer.correct === false ? null : undefined);
};

/** One row for every line that either side knows. `pick` is filled where there is nothing to decide. */
export const rows = (base, answers, theirs) => {
  const before = valuesOf(base);
  const now = valuesOf(theirs);
  const keys = [...new Set([...before.keys(), ...now.keys(), ...Object.keys(answers ?? {})])];
  return keys.map((key) => row(key, before.get(key), answers?.[key], now.get(key)));
};

const row = (key, before, answer, now) => {
  const mine = said(answer, before);
  const base = before?.value ?? null;
  const theirs = now?.value ?? null;
  const line = now ?? before ?? { key, label: key, subject: "", kind: "text", choices: [] };
  const untouched = mine === undefined;
  const moved = !same(base, theirs);
  let pick = null;
  if (untouched) pick = "theirs";
  else if (same(mine, theirs)) pick = "same";
  else if (!moved) pick = "mine";
  else if (same(mine, base)) pick = answer.correct === true ? null : "theirs";
  return { key, line, base, mine: untouched ? null : mine, theirs, untouched, moved, pick, open: pick === null };
};

/** Whether a row is worth showing: the sides differ, or something moved while we were out. */
export const tells = (one) => one.moved || (!one.untouched && one.pick !== "same");

/** The answers that say what was chosen, against what stands now. Null as long as a row is undecided. */
export const merged = (rowsChosen) => {
  if (rowsChosen.some((one) => one.pick === null)) return null;
  const answers = {};
  for (const one of rowsChosen) {
    if (one.untouched && one.pick !== "mine") continue;
    const value = one.pick === "mine" ? one.mine : one.theirs;
    if (value === null && !same(one.theirs, null)) answers[one.key] = { correct: false, value: null };
    else if (value !== null) answers[one.key] = same(value, one.theirs) ? { correct: true } : { correct: same(one.theirs, null) ? null : false, value };
  }
  return answers;
};

/** Whose word stood, for the record: everything mine, everything theirs, or row by row. */
export const decision = (rowsChosen) => {
  const picks = new Set(rowsChosen.filter((one) => !one.untouched && one.pick !== "same").map((one) => one.pick));
  if (picks.has("mine") && picks.has("theirs")) return "mixed";
  return picks.has("theirs") ? "theirs" : "mine";
};

/** Rows with one choice made. */
export const choose = (all, key, pick) => all.map((one) => (one.key === key ? { ...one, pick } : one));
