// What the phone still has to say. A plain value in, a plain value out: the shell keeps it and sends it.
//
// A record never changes once it is here; whoever changes their mind sends another one. Its id makes it harmless to
// send it twice, so whenever an answer is missing it is sent again.
//
//   waiting ─► applied
//      │  └──► conflict ─► decided   (by a later record that resolves it)
//      └─────► refused  ─► waiting   (tried again)
//                   └────► replaced  (filled in anew)

export const BATCH = 20;
export const BATCH_BYTES = 400_000;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;

export const empty = () => ({ records: [], failures: 0, notBefore: 0 });

/** With a record more. One that is there already stays as it is. */
export const add = (box, record) =>
  box.records.some((one) => one.id === record.id)
    ? box
    : { ...box, records: [...box.records, { ...record, state: "waiting", tries: 0 }], notBefore: 0 };

export const find = (box, id) => box.records.find((one) => one.id === id);
export const waiting = (box) => box.records.filter((one) => one.state === "waiting");
/** What a person must look at. */
export const stuck = (box) => box.records.filter((one) => one.state === "conflict" || one.state === "refused");
export const unsent = (box) => waiting(box).length + stuck(box).length;

/** What to send now. After a failure one at a time, the least tried first: one bad record holds up no other. */
export const batch = (box, now) => {
  if (now < box.notBefore) return [];
  const rows = waiting(box);
  if (box.failures) return rows.sort((a, b) => a.tries - b.tries).slice(0, 1);
  const chosen = [];
  let bytes = 0;
  for (const row of rows.slice(0, BATCH)) {
    bytes += JSON.stringify(row.body).length;
    if (chosen.length && bytes > BATCH_BYTES) break;
    chosen.push(row);
  }
  return chosen;
};

/** How long to wait after so many failures. `dice` in 0..1 spreads many phones. */
export const wait = (failures, dice) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)) * (0.75 + dice / 2);

/** Sent, and no answer came: whether it arrived nobody knows, so it waits to be sent again. */
export const failed = (box, ids, now, dice) => {
  const failures = Math.min(box.failures + 1, 20);
  const tried = new Set(ids);
  return {
    failures,
    notBefore: now + wait(failures, dice),
    records: box.records.map((one) => (tried.has(one.id) ? { ...one, tries: one.tries + 1 } : one)),
  };
};

/** A person pressed "send now". */
export const hurry = (box) => ({ ...box, notBefore: 0 });

/** The server's answers. One that is not waiting any more is left alone: a late answer undoes nothing. */
export const settle = (box, answers, now) => {
  const by = new Map(answers.map((answer) => [answer.id, answer]));
  let records = box.records.map((one) => (one.state === "waiting" && by.has(one.id) ? answered(one, by.get(one.id), now) : one));
  const over = new Set(records.filter((one) => one.resolves && ["applied", "conflict"].includes(one.state)).map((one) => one.resolves));
  records = records.map((one) => (one.state === "deciding" && over.has(one.id) ? { ...one, state: "decided", ended: now } : one));
  return { records, failures: 0, notBefore: 0 };
};

const answered = (one, answer, now) => {
  // A refusal of an earlier attempt that comes late says nothing of this one.
  if (answer.outcome === "refused" && (answer.attempt ?? 0) < (one.attempt ?? 0)) return one;
  if (answer.outcome === "applied") return { ...one, state: "applied", told: answer.told, ended: now };
  if (answer.outcome === "conflict") return { ...one, state: "conflict", base: answer.base, theirs: answer.theirs };
  if (answer.outcome === "refused") return { ...one, state: "refused", problems: answer.problems };
  return one;
};

/** A conflict is decided by another record, which goes out in its turn. */
export const decide = (box, id, record) => {
  const box2 = { ...box, records: box.records.map((one) => (one.id === id && one.state === "conflict" ? { ...one, state: "deciding" } : one)) };
  return add(box2, { ...record, resolves: id });
};

/** Refused: tried again as it is. */
export const again = (box, id) => ({
  ...box,
  notBefore: 0,
  records: box.records.map((one) => (one.id === id && one.state === "refused" ? { ...one, state: "waiting", problems: undefined, attempt: (one.attempt ?? 0) + 1 } : one)),
});

/** Refused, and filled in anew: the old words stay until they expire. If it decided a conflict, that is open again. */
export const replace = (box, id, now) => {
  const old = find(box, id);
  if (old?.state !== "refused") return box;
  return {
    ...box,
    records: box.records.map((one) => {
      if (one.id === id) return { ...one, state: "replaced", ended: now };
      return one.id === old.resolves && one.state === "deciding" ? { ...one, state: "conflict" } : one;
    }),
  };
};

/** What arrived stays a while, for whoever wants to look; then it goes. What did not arrive never goes. */
export const expire = (box, now, keepMs, pendingFiles = new Set()) => ({
  ...box,
  records: box.records.filter(
    (one) =>
      !(["applied", "decided", "replaced"].includes(one.state) && one.ended + keepMs < now && !(one.files ?? []).some((id) => pendingFiles.has(id))),
  ),
});

/** The part of a record that is sent. */
export const wire = (one) => ({
  id: one.id, kind: one.kind, task: one.task ?? "", version: one.version ?? null, body: one.body, client_at: one.client_at,
  offset_ms: one.offset_ms ?? null, place: one.place ?? null, resolves: one.resolves ?? null, decision: one.decision ?? "",
  attempt: one.attempt ?? 0,
});
