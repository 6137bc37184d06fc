// What lies on the phone, sealed. The key comes from a PIN and from a share that the server holds; neither is enough.
//
// The share is kept here for a day and a half as a key that cannot be taken out, so that a day without a network can be
// worked; five wrong PINs throw it away, and then only signing in brings it back. A wipe destroys it at the server.
// One vault for each member of staff: on a shared phone nobody opens another's.

import * as store from "./store.js";

const LIST = "doudi-field";
const ROUNDS = 310_000;
const TRIES = 5;
const STORES = ["packs", "drafts", "outbox", "blobs", "meta"];
const text = new TextEncoder();

const list = () => store.open(LIST, ["vaults"]);
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const dataName = (device) => `doudi-field-${device}`;

/** The vaults on this phone: whose, and nothing else. */
export const vaults = async () => store.all(await list(), "vaults");
const keep = async (row) => { await store.write(await list(), [["vaults", row]]); return row; };

/** A vault for somebody who is signed in, before its PIN is chosen. */
export const prepare = (staff) => ({
  id: String(staff.id), name: staff.name, scope: staff.scope, device: crypto.randomUUID(),
  salt: crypto.getRandomValues(new Uint8Array(16)), wrong: 0, unsent: 0,
});

const shareKey = (share) => crypto.subtle.importKey("raw", bytes(share), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

/** With the share and its lease. `now` is the phone's clock: the lease is measured by the clock that will end it. */
export const entrust = async (row, share, leaseMs, now) => keep({ ...row, share: await shareKey(share), until: now + leaseMs, since: now });

/** Whether the share may still be used; a clock set back before the lease began does not prolong it. */
export const trusted = (row, now) => Boolean(row.share) && now < row.until && now > row.since - 86_400_000;

const derive = async (row, pin) => {
  const base = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const half = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: row.salt, iterations: ROUNDS }, base, 256);
  const both = await crypto.subtle.sign("HMAC", row.share, half);
  return crypto.subtle.importKey("raw", both, "AES-GCM", false, ["encrypt", "decrypt"]);
};

const seal = async (key, value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = value instanceof Uint8Array ? value : text.encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain), raw: value instanceof Uint8Array };
};
const unseal = async (key, row) => {
  const plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.data));
  return row.raw ? plain : JSON.parse(new TextDecoder().decode(plain));
};

/** Why a vault did not open. */
export class Locked extends Error {}

/** Open with a PIN; the first PIN is the one that is set. Throws Locked: "share", "pin" with tries left. */
export const unlock = async (row, pin, now) => {
  if (!trusted(row, now)) throw new Locked("share");
  const key = await derive(row, pin);
  if (!row.check) await keep({ ...row, check: await seal(key, "兜底") });
  else {
    try { await unseal(key, row.check); } catch {
      const wrong = row.wrong + 1;
      await keep(wrong >= TRIES ? { ...row, wrong: 0, share: null } : { ...row, wrong });
      throw new Locked(wrong >= TRIES ? "share" : `pin ${TRIES - wrong}`);
    }
    if (row.wrong) await keep({ ...row, wrong: 0 });
  }
  return new Vault(row.id, row.device, key, await store.open(dataName(row.device), STORES));
};

/** Forget everything of a vault. */
export const erase = async (row) => {
  await store.drop(dataName(row.device));
  await store.write(await list(), [], [["vaults", row.id]]);
};

class Vault {
  constructor(id, device, key, db) { Object.assign(this, { id, device, key, db }); }

  async row() { return store.get(await list(), "vaults", this.id); }
  async all(name) { return Promise.all((await store.all(this.db, name)).map((row) => unseal(this.key, row))); }
  async get(name, id) { const row = await store.get(this.db, name, id); return row && unseal(this.key, row); }

  /** Several things at once: {store: {id: value or null to remove}}. All of it is kept, or nothing. */
  async put(changes) {
    const puts = [], removes = [];
    for (const [name, rows] of Object.entries(changes)) {
      for (const [id, value] of Object.entries(rows)) {
        if (value === null) removes.push([name, id]);
        else puts.push([name, { id, ...(await seal(this.key, value)) }]);
      }
    }
    if (puts.length + removes.length) await store.write(this.db, puts, removes);
  }

  /** How much has not been sent: readable without the PIN, so that a wipe can say what went with it. */
  async count(unsent) { await keep({ ...(await this.row()), unsent }); }
  async entrust(share, leaseMs, now) { await entrust(await this.row(), share, leaseMs, now); }
  close() { this.db.close(); }
}
