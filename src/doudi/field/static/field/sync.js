// The phone and the server agree: first what we have to say, then files, then what is new. By itself, whenever it can.

import * as clock from "./core/clock.js";
import * as outbox from "./core/outbox.js";
import * as packs from "./core/packs.js";
import * as net from "./net.js";

const CHUNK = 60 * 1024;
const FRESH_MS = 3_600_000;
const EVERY_MS = 20_000;

export class Sync {
  constructor(desk, onErased) {
    Object.assign(this, { desk, onErased, state: "idle", problem: "", running: null, refreshed: 0, listeners: new Set() });
  }

  onState(listener) { this.listeners.add(listener); }
  set(state, problem = "") {
    Object.assign(this, { state, problem });
    this.listeners.forEach((listener) => listener(state, problem));
  }

  start() {
    this.wake = () => this.run();
    addEventListener("online", this.wake);
    addEventListener("offline", () => this.set("offline"));
    this.timer = setInterval(() => { if (this.due()) this.run(); }, EVERY_MS);
    return this.run();
  }

  stop() { clearInterval(this.timer); removeEventListener("online", this.wake); }

  due() {
    const idle = Date.now() - this.refreshed > 15 * 60_000;
    return navigator.onLine && Date.now() >= this.desk.box.notBefore && (outbox.waiting(this.desk.box).length || this.desk.pendingFiles.length || this.state !== "idle" || idle);
  }

  /** One round; a second call joins the one that runs. */
  run({ hurry = false } = {}) {
    if (hurry) this.desk.box = outbox.hurry(this.desk.box);
    this.running ??= this.round().finally(() => { this.running = null; });
    return this.running;
  }

  async round() {
    if (!navigator.onLine) { this.set("offline"); return; }
    this.set("busy");
    try {
      await this.greet();
      await this.push();
      await this.files();
      await this.pull();
      await this.desk.expire(this.keepMs ?? 7 * 86_400_000);
      this.refreshed = Date.now();
      this.set("idle");
    } catch (error) {
      await this.trouble(error);
    }
  }

  async trouble(error) {
    if (error instanceof net.Erased) await this.onErased();
    else if (error instanceof net.SignedOut) this.set("signin");
    else if (error instanceof net.Offline) this.set("offline", error.message);
    else if (error instanceof net.Refused) this.set("trouble", error.message);
    else { this.set("trouble", String(error.message ?? error)); throw error; }
  }

  /** Who is signed in, what time it is, and our share for another day. */
  async greet() {
    const { said, sentAt, receivedAt } = await net.me();
    if (String(said.staff.id) !== this.desk.vault.id) throw new net.Refused(`登录的是 ${said.staff.name}，不是这个口令的主人。请退出后用本人账号登录`);
    const offset = clock.offsetOf(Date.parse(said.now), sentAt, receivedAt);
    if (Math.abs(offset - (this.desk.meta.offset ?? Infinity)) > 2_000) await this.desk.noteClock(offset);
    this.villages = said.villages;
    const row = await this.desk.vault.row();
    if (!row.share || Date.now() - row.since > FRESH_MS) {
      const told = (await net.register(this.desk.vault.device, deviceName())).said;
      this.keepMs = told.keep_days * 86_400_000;
      await this.desk.vault.entrust(told.share, told.lease_ms, Date.now());
    }
  }

  async push() {
    for (let rows = outbox.batch(this.desk.box, Date.now()); rows.length; rows = outbox.batch(this.desk.box, Date.now())) {
      this.set("sending");
      const ids = rows.map((row) => row.id);
      let answers;
      try {
        answers = (await net.push(this.desk.vault.device, rows.map(outbox.wire))).said.answers;
      } catch (error) {
        await this.desk.change(() => this.desk.setBox(outbox.failed(this.desk.box, ids, Date.now(), Math.random())));
        throw error;
      }
      await this.desk.change(() => this.desk.setBox(outbox.settle(this.desk.box, answers, Date.now())));
    }
  }

  async files() {
    const arrived = new Set(this.desk.box.records.filter((r) => r.state !== "waiting").map((r) => r.id));
    for (const file of this.desk.pendingFiles.filter((f) => arrived.has(f.record))) {
      this.set("sending");
      try { await this.file(file); } catch (error) {
        if (!(error instanceof net.Refused)) throw error;
        await this.desk.noteFile(file.id, { state: "refused", problem: error.message });
      }
    }
  }

  /** A file in pieces: the server says how much it has, we go on there. */
  async file(file) {
    const bytes = await this.desk.vault.get("blobs", file.id);
    const query = {
      device: this.desk.vault.device, id: file.id, record: file.record, kind: file.kind, size: bytes.length, digest: file.digest,
      taken_at: new Date(Date.parse(file.taken_at) + (file.offset_ms ?? this.desk.meta.offset ?? 0)).toISOString(), ...(file.place ?? {}),
    };
    let { have, state, problem } = (await net.chunk({ ...query, start: 0 }, new Uint8Array(0))).said;
    while (state === "partial") {
      const piece = bytes.slice(have, have + CHUNK);
      ({ have, state, problem } = (await net.chunk({ ...query, start: have }, piece)).said);
    }
    await this.desk.noteFile(file.id, { state, problem });
  }

  async pull() {
    const { said } = await net.pull(this.desk.vault.device, packs.have(this.desk.packs));
    await this.desk.pulled(said, { texts: said.texts, villages: this.villages, choices: said.choices, pulled: said.now });
  }
}

export const deviceName = () => {
  const found = /\(([^)]*)\)/.exec(navigator.userAgent)?.[1] ?? "";
  return (found.split(";").map((s) => s.trim()).filter((s) => s && !/^(wv|U|K|zh)/.test(s)).slice(-1)[0] || "手机").slice(0, 60);
};
