// A visit as it is filled in. A draft keeps the pack it was begun on: that is what the answers were answers to.

export const begin = (pack) => ({ number: pack.number, pack, answers: {}, seen: null, hardship: "", disposition: "", note: "", files: [], signature: "" });

/** With one line answered. `correct` null: a question, which only has a value. */
export const answer = (draft, key, correct, value) => {
  const said = value === undefined ? { correct } : { correct, value };
  return { ...draft, answers: { ...draft.answers, [key]: said } };
};

const told = (line, said, isQuestion) => {
  if (!said) return false;
  if (isQuestion) return said.value !== null && said.value !== undefined && said.value !== "";
  return said.correct === true || (said.correct === false && said.value !== undefined && said.value !== "");
};

/** What is still missing, in the order of the page; facts must all be answered, questions may stay open. */
export const missing = (draft) => {
  const gaps = draft.pack.facts.filter((line) => !told(line, draft.answers[line.key], false)).map((line) => line.key);
  if (draft.seen === null) gaps.push("seen");
  if (!draft.hardship) gaps.push("hardship");
  return gaps;
};

/** How many lines are answered, of how many. */
export const progress = (draft) => {
  const done = draft.pack.facts.filter((line) => told(line, draft.answers[line.key], false)).length;
  return { done, all: draft.pack.facts.length };
};

/** What a view of the hardship usually leads to; the coordinator may say otherwise. */
export const USUAL = { none: "false", help: "apply_policy", urgent: "apply_policy" };

/** The facts as they were shown, small enough to travel with the answers. */
export const baseOf = (pack) => ({ version: pack.version, facts: pack.facts, questions: pack.questions });

/** The body of the record. Empty questions are not sent. */
export const body = (draft) => {
  const lines = new Map([...draft.pack.facts.map((l) => [l.key, [l, false]]), ...draft.pack.questions.map((l) => [l.key, [l, true]])]);
  const answers = Object.fromEntries(Object.entries(draft.answers).filter(([key, one]) => lines.has(key) && told(lines.get(key)[0], one, lines.get(key)[1])));
  return {
    household: draft.pack.household, answers, seen: draft.seen, hardship: draft.hardship,
    disposition: draft.disposition || USUAL[draft.hardship] || "", note: draft.note, base: baseOf(draft.pack),
  };
};
