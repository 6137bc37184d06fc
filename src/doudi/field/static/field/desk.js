// The open vault as the pages use it: tasks, drafts, outbox, files. What is kept is kept before anybody is told so.

import * as clock from "./core/clock.js";
import * as outbox from "./core/outbox.js";
import * as packs from "./core/packs.js";

export class Desk {
  constructor(vault) {
    this.vault = vault;
    this.listeners = new Set();
    this.queue = Promise.resolve();
  }

  /** Read everything but the bytes of files. */
  async load() {
    const [rows, drafts, box, meta, files] = await Promise.all([
      this.vault.all("packs"), this.vault.all("drafts"), this.vault.get("outbox", "box"), this.vault.get("meta", "meta"), this.vault.get("meta", "files"),
    ]);
    this.packs = rows;
    this.drafts = new Map(drafts.map((draft) => [draft.number, draft]));
    this.box = box ?? outbox.empty();
    this.meta = meta ?? { offset: null, texts: null, villages: [], pulled: null };
    this.files = files ?? {};
    return this;
  }

  now() { return Date.now(); }
  get today() { return clock.dayOf(this.now(), this.meta.offset); }
  pack(number) { return this.packs.find((pack) => pack.number === number); }
  get doneNumbers() { return new Set(this.box.records.filter((r) => r.kind === "visit" && r.state !== "replaced").map((r) => r.task)); }

  onChange(listener) { this.listeners.add(listener); return () => this.listeners.delete(listener); }
  tell(what) { this.listeners.forEach((listener) => listener(what)); }

  /** One change after another, so that the outbox that is written is the outbox that was read. */
  change(act) {
    const next = this.queue.then(act);
    this.queue = next.catch(() => {});
    return next;
  }

  async setBox(box, also = {}) {
    await this.vault.put({ ...also, outbox: { box } });
    this.box = box;
    await this.vault.count(outbox.unsent(box));
    this.tell("box");
  }

  keepDraft(draft) {
    this.drafts.set(draft.number, draft);
    return this.change(() => this.vault.put({ drafts: { [draft.number]: draft } }));
  }

  /** A record of what happened just now; the draft it came from goes in the same stroke. */
  record({ kind, task = "", version = null, body, place = null, files = [], decision = "" }) {
    return {
      id: crypto.randomUUID(), kind, task, version, body, place, files, decision,
      client_at: new Date(this.now()).toISOString(), offset_ms: this.meta.offset,
    };
  }

  put(record, draftNumber = null) {
    return this.change(async () => {
      const also = draftNumber ? { drafts: { [draftNumber]: null } } : {};
      const files = this.bound(record);
      await this.setBox(outbox.add(this.box, record), { ...also, ...files });
      if (draftNumber) this.drafts.delete(draftNumber);
    });
  }

  decide(id, record) {
    return this.change(() => this.setBox(outbox.decide(this.box, id, record), this.bound(record)));
  }

  /** Files know the record they belong to from the moment it is put. */
  bound(record) {
    if (!record.files.length) return {};
    for (const id of record.files) if (this.files[id]) this.files[id] = { ...this.files[id], record: this.files[id].record ?? record.id };
    return { meta: { files: this.files } };
  }

  /** Keep the bytes of a file; what is said of it is kept beside. */
  keepFile(file, bytes) {
    return this.change(async () => {
      const files = { ...this.files, [file.id]: file };
      await this.vault.put({ blobs: { [file.id]: bytes }, meta: { files } });
      this.files = files;
    });
  }

  dropFile(id) {
    return this.change(async () => {
      const { [id]: _gone, ...files } = this.files;
      await this.vault.put({ blobs: { [id]: null }, meta: { files } });
      this.files = files;
    });
  }

  noteFile(id, said) {
    return this.change(async () => {
      if (!this.files[id]) return;
      this.files = { ...this.files, [id]: { ...this.files[id], ...said } };
      const over = said.state === "stored" ? { blobs: { [id]: null } } : {};
      await this.vault.put({ ...over, meta: { files: this.files } });
    });
  }

  get pendingFiles() { return Object.values(this.files).filter((f) => f.record && !["stored", "refused"].includes(f.state)); }

  pulled(delta, meta) {
    return this.change(async () => {
      const next = packs.apply(this.packs, delta);
      const changes = Object.fromEntries([...delta.packs.map((p) => [p.number, p]), ...delta.gone.map((n) => [n, null])]);
      this.meta = { ...this.meta, ...meta };
      await this.vault.put({ packs: changes, meta: { meta: this.meta } });
      this.packs = next;
      this.tell("packs");
    });
  }

  noteClock(offset) {
    return this.change(async () => {
      this.meta = { ...this.meta, offset };
      await this.vault.put({ meta: { meta: this.meta } });
    });
  }

  /** What arrived more than a week ago leaves the phone, with its files. */
  expire(keepMs) {
    return this.change(async () => {
      const box = outbox.expire(this.box, this.now(), keepMs, new Set(this.pendingFiles.map((f) => f.id)));
      if (box.records.length === this.box.records.length) return;
      const left = new Set(box.records.flatMap((r) => r.files ?? []));
      const gone = Object.values(this.files).filter((f) => f.record && !left.has(f.id));
      this.files = Object.fromEntries(Object.entries(this.files).filter(([id]) => !gone.some((f) => f.id === id)));
      await this.setBox(box, { blobs: Object.fromEntries(gone.map((f) => [f.id, null])), meta: { files: this.files } });
    });
  }
}
