// Random histories of three phones and a server. The phones run the product's own modules; the server is a model of what
// actions/pushing.py promises (test_pushing.py holds the real one to the same promises). A seed replays a history.

import * as clock from "./core/clock.js";
import * as merge from "./core/merge.js";
import * as order from "./core/order.js";
import * as outbox from "./core/outbox.js";
import * as packs from "./core/packs.js";
import * as visit from "./core/visit.js";

const KEYS = ["people", "car", "wage", "ill"];
const VALUES = [0, 1, 2, 3, null];

/** Mulberry32: small, seedable, good enough to shuffle with. */
const dice = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const lineOf = (key, value) => ({ key, subject: "", label: key, value, shown: String(value), kind: "int", choices: [] });
const must = (truth, words) => { if (!truth) throw new Error(words); };
const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Server {
  constructor(rand, defect) {
    Object.assign(this, { rand, defect, log: new Map(), conflicts: new Map(), applied: new Map(), tasks: new Map() });
    for (let n = 0; n < 4; n += 1) this.tasks.set(`T${n}`, { version: 1, open: true, facts: Object.fromEntries(KEYS.map((k) => [k, VALUES[n % 4]])) });
  }

  pack(number) {
    const { version, facts } = this.tasks.get(number);
    const known = KEYS.filter((k) => facts[k] !== null);
    const row = {
      number, version, head: number, due_on: "2026-11-24", village: "V", address: number,
      facts: known.map((k) => lineOf(k, facts[k])), questions: KEYS.filter((k) => facts[k] === null).map((k) => lineOf(k, null)),
    };
    return { ...row, tag: JSON.stringify(row) };
  }

  openPacks() { return [...this.tasks].filter(([, t]) => t.open).map(([n]) => this.pack(n)); }

  pull(have) {
    const rows = this.openPacks();
    return { packs: rows.filter((p) => have[p.number] !== p.tag), gone: Object.keys(have).filter((n) => !rows.some((p) => p.number === n)) };
  }

  push(records) { return records.map((record) => this.take(structuredClone(record))); }

  take(record) {
    const { attempt, ...said } = record;
    const words = JSON.stringify(said);
    const kept = this.log.get(record.id);
    if (kept && kept.words !== words) return { id: record.id, outcome: "refused", problems: [{ message: "other words" }] };
    const again = kept?.answer.outcome === "refused" && (attempt > kept.answer.attempt || this.defect === "stale");
    if (kept && !again && this.defect !== "twice") return kept.answer;
    const answer = { ...this.judge(record), attempt };
    this.log.set(record.id, { words, record, answer });
    if (record.resolves && answer.outcome !== "refused") this.conflicts.get(record.resolves).decided = record.id;
    if (answer.outcome === "conflict") this.conflicts.set(record.id, { decided: null });
    if (answer.outcome === "applied") this.applied.set(record.id, (this.applied.get(record.id) ?? 0) + 1);
    return answer;
  }

  judge(record) {
    const { id, body } = record;
    if (record.resolves && this.conflicts.get(record.resolves)?.decided !== null) return { id, outcome: "refused", problems: [{ message: "decided" }] };
    if (body.bad || (body.shaky && this.rand() < 0.5)) return { id, outcome: "refused", problems: [{ message: "no" }] };
    if (record.kind !== "visit") return { id, outcome: "applied", told: {} };
    const task = this.tasks.get(record.task);
    if (record.version !== task.version && this.defect !== "overwrite") return { id, outcome: "conflict", base: body.base, theirs: this.pack(record.task) };
    this.write(task, body);
    return { id, outcome: "applied", told: {} };
  }

  /** Nobody overwrites what they have not seen: what a visit changes, it must have known. */
  write(task, body) {
    const seen = new Map([...body.base.facts, ...body.base.questions].map((line) => [line.key, line.value]));
    for (const [key, one] of Object.entries(body.answers)) {
      const value = one.correct === true ? seen.get(key) : one.value ?? null;
      if (!equal(value, task.facts[key])) must(equal(seen.get(key), task.facts[key]), `silently overwritten: ${key}`);
      task.facts[key] = value;
    }
    task.version += 1;
    if (this.rand() < 0.15) task.open = false;
  }

  /** The office changes something while phones are out. */
  office() {
    const rows = [...this.tasks.values()];
    const task = rows[Math.floor(this.rand() * rows.length)];
    if (this.rand() < 0.2) task.open = !task.open;
    else task.facts[KEYS[Math.floor(this.rand() * KEYS.length)]] = VALUES[Math.floor(this.rand() * VALUES.length)];
    task.version += 1;
  }
}

class Phone {
  constructor(name, world) {
    Object.assign(this, { name, world, error: 0, serial: 0 });
    this.keep({ box: outbox.empty(), packs: [], offset: null });
  }

  get now() { return this.world.time + this.error; }
  pick(rows) { return rows[Math.floor(this.world.rand() * rows.length)]; }
  /** What is kept survives; what is only in memory does not. */
  keep(state) { this.disk = JSON.stringify(state); this.ram = JSON.parse(this.disk); }
  reload() { this.ram = JSON.parse(this.disk); }
  setBox(box) { this.keep({ ...this.ram, box }); }

  record(kind, more) {
    this.serial += 1;
    return { id: `${this.name}${this.serial}`, kind, client_at: new Date(this.now).toISOString(), offset_ms: this.ram.offset, files: [], truth: this.world.time, ...more };
  }

  put(record) {
    this.setBox(outbox.add(this.ram.box, record));
    this.world.acknowledged.set(record.id, { phone: this, record: structuredClone(record), right: record.offset_ms === -this.error });
  }

  greet() { this.keep({ ...this.ram, offset: clock.offsetOf(this.world.time, this.now, this.now) }); }

  pull(fate) {
    if (fate === "lost") return;
    this.greet();
    const delta = this.world.server.pull(packs.have(this.ram.packs));
    if (fate === "answer lost") return;
    this.keep({ ...this.ram, packs: packs.apply(this.ram.packs, delta) });
  }

  visit() {
    const pack = this.pick(order.ordered(this.ram.packs, new Set(), "2026-11-24"));
    if (!pack) return;
    let draft = { ...visit.begin(pack), seen: true, hardship: this.pick(["none", "help", "urgent"]) };
    for (const line of pack.facts) draft = this.world.rand() < 0.6 ? visit.answer(draft, line.key, true) : visit.answer(draft, line.key, false, this.pick(VALUES.slice(0, 4)));
    for (const line of pack.questions) if (this.world.rand() < 0.5) draft = visit.answer(draft, line.key, null, this.pick(VALUES.slice(0, 4)));
    must(!visit.missing(draft).length, "a whole draft misses something");
    const body = { ...visit.body(draft), ...this.flaw() };
    this.put(this.record("visit", { task: pack.number, version: pack.version, body }));
  }

  flaw() { const r = this.world.rand(); return r < 0.04 ? { bad: true } : r < 0.1 ? { shaky: true } : {}; }
  lead() { this.put(this.record("lead", { body: { about: String(this.world.rand()), ...this.flaw() } })); }

  /** Send, with whatever the mountain does to it. */
  push(fate) {
    const rows = outbox.batch(this.ram.box, this.now);
    if (!rows.length) return;
    const ids = rows.map((row) => row.id);
    const sent = rows.map(outbox.wire);
    const { server, rand } = this.world;
    if (fate === "late") { this.world.flying.push({ phone: this, sent }); }
    const answers = ["ok", "twice", "answer lost", "cut"].includes(fate) ? server.push(fate === "cut" ? sent.slice(0, Math.floor(rand() * sent.length)) : sent) : null;
    if (fate === "twice") server.push(sent);
    if (fate === "ok" || fate === "twice") this.setBox(outbox.settle(this.ram.box, this.shuffled(answers), this.now));
    else if (this.world.defect === "forget") this.setBox({ ...this.ram.box, records: this.ram.box.records.filter((one) => !ids.includes(one.id)) });
    else this.setBox(outbox.failed(this.ram.box, ids, this.now, rand()));
  }

  shuffled(rows) { return [...rows].sort(() => this.world.rand() - 0.5); }

  decide() {
    const one = this.pick(this.ram.box.records.filter((row) => row.state === "conflict"));
    if (!one) return;
    if (this.world.rand() < 0.3) { this.answerConflict(one, "theirs", null, { base: one.theirs }, "theirs"); return; }
    let rows = merge.rows(one.base, one.body.answers, one.theirs);
    for (const row of rows) if (row.pick === null || this.world.rand() < 0.3) rows = merge.choose(rows, row.key, this.pick(["mine", "theirs"]));
    const answers = merge.merged(rows);
    must(answers, "everything chosen and still undecided");
    this.world.choices.set(`${this.name}${this.serial + 1}`, rows);
    this.answerConflict(one, "visit", one.theirs.version, { ...one.body, bad: undefined, answers, base: visit.baseOf(one.theirs) }, merge.decision(rows));
  }

  answerConflict(one, kind, version, body, decision) {
    const record = this.record(kind, { task: one.task, version, body: JSON.parse(JSON.stringify(body)), decision });
    this.setBox(outbox.decide(this.ram.box, one.id, record));
    this.world.acknowledged.set(record.id, { phone: this, record: structuredClone({ ...record, resolves: one.id }), right: record.offset_ms === -this.error });
  }

  mend() {
    const one = this.pick(this.ram.box.records.filter((row) => row.state === "refused"));
    if (!one) return;
    if (!one.body.bad && this.world.rand() < 0.7) { this.setBox(outbox.again(this.ram.box, one.id)); return; }
    this.setBox(outbox.replace(this.ram.box, one.id, this.now));
    this.world.replaced.add(one.id);
    if (one.resolves) return;
    const { bad: _bad, shaky: _shaky, ...body } = one.body;
    this.put(this.record(one.kind, { task: one.task, version: one.version, body }));
  }

  setClock() { this.error = Math.round((this.world.rand() - 0.5) * 2 * 10 ** Math.floor(3 + this.world.rand() * 8)); }
  expire() { this.setBox(outbox.expire(this.ram.box, this.now, 7 * 86_400_000)); }
}

class World {
  constructor(seed, defect) {
    this.rand = dice(seed);
    Object.assign(this, { defect, time: Date.parse("2026-11-24T01:00:00Z"), flying: [], acknowledged: new Map(), replaced: new Set(), choices: new Map() });
    this.server = new Server(this.rand, defect);
    this.phones = ["a", "b", "c"].map((name) => new Phone(name, this));
  }

  step() {
    this.time += Math.floor(this.rand() * 600_000);
    const phone = this.phones[Math.floor(this.rand() * 3)];
    const fate = phone.pick(["ok", "ok", "lost", "answer lost", "twice", "cut", "late"]);
    const acts = [() => phone.pull(fate), () => phone.visit(), () => phone.visit(), () => phone.visit(), () => phone.lead(), () => phone.push(fate), () => phone.push(fate),
      () => phone.push(fate), () => phone.decide(), () => phone.mend(), () => phone.reload(), () => phone.setClock(), () => phone.expire(), () => this.server.office(), () => this.land()];
    acts[Math.floor(this.rand() * acts.length)]();
  }

  /** Something sent long ago arrives after all, and perhaps its answer too. */
  land() {
    const one = this.flying.splice(Math.floor(this.rand() * this.flying.length), 1)[0];
    if (!one) return;
    const answers = this.server.push(one.sent);
    if (this.rand() < 0.5) one.phone.setBox(outbox.settle(one.phone.ram.box, answers, one.phone.now));
  }

  /** The network is back for everybody; people look at what wants to be looked at. */
  calm() {
    while (this.flying.length) this.land();
    for (let round = 0; round < 400; round += 1) {
      for (const phone of this.phones) {
        phone.setBox(outbox.hurry(phone.ram.box));
        phone.push("ok");
        phone.decide();
        phone.mend();
      }
      if (this.phones.every((phone) => !outbox.unsent(phone.ram.box))) break;
    }
    this.phones.forEach((phone) => phone.pull("ok"));
  }

  check() {
    const { server } = this;
    for (const phone of this.phones) {
      must(outbox.unsent(phone.ram.box) === 0, `${phone.name} never finished`);
      must(phone.ram.box.records.every((one) => one.state !== "deciding"), `${phone.name} waits for a decision for ever`);
      const mine = order.ordered(phone.ram.packs, new Set(), "2026-11-24");
      must(equal(mine, order.ordered(server.openPacks(), new Set(), "2026-11-24")), `${phone.name} sees other tasks`);
    }
    for (const [id, { record, right }] of this.acknowledged) {
      const kept = server.log.get(id);
      must(kept, `lost: ${id}`);
      must(equal(kept.record.body, record.body), `other words: ${id}`);
      must(kept.answer.outcome !== "refused" || this.replaced.has(id), `refused and forgotten: ${id}`);
      if (right) must(Date.parse(kept.record.client_at) + kept.record.offset_ms === record.truth, `wrong time: ${id}`);
    }
    for (const [id, times] of server.applied) must(times === 1, `carried out ${times} times: ${id}`);
    for (const [id, { decided }] of server.conflicts) must(decided && server.log.has(decided), `conflict left open: ${id}`);
    for (const [id, rows] of this.choices) this.checkChoice(server.log.get(id), rows);
    return { records: server.log.size, conflicts: server.conflicts.size, replaced: this.replaced.size };
  }

  /** What was chosen is what was sent: mine where mine was picked, theirs where theirs was. */
  checkChoice(kept, rows) {
    for (const row of rows.filter((one) => !one.untouched)) {
      const one = kept.record.body.answers[row.key];
      const wanted = row.pick === "mine" ? row.mine : row.theirs;
      const told = one ? (one.correct === true ? row.theirs : one.value ?? null) : row.theirs;
      must(equal(told, wanted), `chosen ${wanted}, sent ${told}: ${row.key}`);
    }
  }
}

/** Run histories; the first that breaks stops, with its seed. */
export const run = (first, count, steps = 60, defect = "") => {
  const sum = { histories: 0, records: 0, conflicts: 0, replaced: 0, broken: null };
  for (let seed = first; seed < first + count; seed += 1) {
    try {
      const world = new World(seed, defect);
      for (let n = 0; n < steps; n += 1) world.step();
      world.calm();
      const found = world.check();
      sum.histories += 1;
      for (const key of ["records", "conflicts", "replaced"]) sum[key] += found[key];
    } catch (error) {
      return { ...sum, broken: { seed, why: error.message } };
    }
  }
  return sum;
};
