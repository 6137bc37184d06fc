// The page: whose vault, which page of it, and the strip that says how things stand.

import * as clock from "./core/clock.js";
import * as outbox from "./core/outbox.js";
import { Desk } from "./desk.js";
import * as net from "./net.js";
import { erasedPage, pinPage, welcome } from "./pages/lock.js";
import { conflictPage, outboxPage } from "./pages/outbox.js";
import { leadPage, urgentPage } from "./pages/reports.js";
import { signPage } from "./pages/sign.js";
import { today } from "./pages/today.js";
import { visitPage } from "./pages/visit.js";
import { Sync, deviceName } from "./sync.js";
import { dotted, h, icon } from "./ui.js";
import * as vault from "./vault.js";

const PAGES = { today, visit: visitPage, sign: signPage, lead: leadPage, urgent: urgentPage, outbox: outboxPage, conflict: conflictPage };
const TABS = [["today", "今天", "walk"], ["urgent", "先行救助", "bolt"], ["lead", "报线索", "mega"], ["outbox", "待传", "upload"]];
const LOCK_AFTER_MS = 15 * 60_000;
const root = document.getElementById("app");
const { signIn, devices, worker } = document.body.dataset;

let open = null; // {desk, sync} while a vault is open

const show = (...nodes) => root.replaceChildren(...nodes.flat(3).filter(Boolean));

/* --- who --- */

const start = async () => {
  const rows = await sweep(await vault.vaults());
  let staff = null, offline = false;
  try { staff = (await net.me()).said.staff; } catch (error) {
    offline = error instanceof net.Offline;
    if (error instanceof net.Refused) { show(welcome({ signIn, offline: false })); return; }
  }
  if (!rows.length && !staff) { show(welcome({ signIn, offline })); return; }
  const own = staff ? rows.find((row) => row.id === String(staff.id)) ?? vault.prepare(staff) : rows[0];
  await ask(own, rows, staff);
};

/** Vaults that must go, go before anybody can open them. */
const sweep = async (rows) => {
  const left = [];
  for (const row of rows) {
    const gone = await net.mustErase(row.device).catch(() => false);
    if (gone) await forget(row); else left.push(row);
  }
  return left;
};

const forget = async (row) => {
  await vault.erase(row);
  await net.erased(row.device, row.unsent ?? 0).catch(() => {});
};

const ask = async (row, rows, staff) => {
  let known = row;
  if (staff && String(staff.id) === row.id && (!vault.trusted(row, Date.now()) || !row.check)) {
    try {
      const { share, lease_ms } = (await net.register(row.device, deviceName())).said;
      known = await vault.entrust(row, share, lease_ms, Date.now());
    } catch (error) { if (error instanceof net.Erased) { await forget(row); show(erasedPage()); return; } }
  }
  const others = rows.filter((one) => one.id !== row.id);
  const onpin = async (pin) => {
    try { await enter(await vault.unlock(known, pin, Date.now())); } catch (error) {
      if (!(error instanceof vault.Locked)) throw error;
      known = (await vault.vaults()).find((one) => one.id === row.id) ?? known;
      if (error.message === "share") { await ask(known, rows, null); return ""; }
      return `口令不对，还可以试 ${error.message.split(" ")[1]} 次`;
    }
  };
  show(pinPage({ row: known, others, first: !known.check, needsNetwork: !vault.trusted(known, Date.now()), onpin, onother: (one) => ask(one, rows, staff), signIn }));
};

/* --- inside --- */

const enter = async (box) => {
  const desk = await new Desk(box).load();
  const sync = new Sync(desk, async () => { const row = await box.row(); leave(); await forget(row); show(erasedPage()); });
  open = { desk, sync };
  const quiet = new Set(["today", "outbox"]);
  desk.onChange(() => { strip(); if (quiet.has(page()[0])) paint(); });
  sync.onState(strip);
  if (!PAGES[page()[0]]) location.hash = "#today";
  paint();
  sync.start();
};

const leave = () => {
  if (!open) return;
  open.sync.stop();
  open.desk.vault.close();
  open = null;
};

const page = () => location.hash.slice(1).split("/").map(decodeURIComponent);
const go = (hash, { sent = false } = {}) => {
  if (location.hash === hash) paint(); else location.hash = hash;
  if (sent) open?.sync.run();
};

const paint = (focus = false) => {
  if (!open) return;
  const [name, ...args] = page();
  const more = h("a.icb", { href: devices, "aria-label": "我的手机" }, icon("phone"));
  const made = (PAGES[name] ?? today)({ ...open, go, args, more }).flat();
  const [top, ...rest] = made;
  show(top, h("div", { id: "strip" }), rest, TABS.some(([key]) => key === name) && name !== "x" ? tabs(name) : "");
  strip();
  if (focus) { root.querySelector("h1")?.focus(); scrollTo(0, 0); }
};

const tabs = (name) => h("nav.bar", { "aria-label": "主要功能" }, TABS.map(([key, words, sign]) =>
  h("a", { href: `#${key}`, "aria-current": key === name ? "page" : false }, icon(sign), words)));

/** One line on how things stand; nothing when all is well. */
const strip = () => {
  const place = document.getElementById("strip");
  if (!place || !open) return;
  const { desk, sync } = open;
  const records = outbox.unsent(desk.box), files = desk.pendingFiles.length, count = records + files;
  const queue = count ? h("a", { href: "#outbox" }, records ? `${records} 项待传` : `${files} 个附件待传`) : "";
  const { offset } = desk.meta;
  const lines = [];
  if (sync.state === "offline" || !navigator.onLine) lines.push(h("div.strip", { role: "status" }, icon("cloudoff"), h("span", {}, "没有网络，照常填，已存在手机里"), queue));
  else if (sync.state === "signin") lines.push(h("div.strip", { role: "status" }, icon("sync"), h("span", {}, "登录后自动上传"), h("a", { href: signIn }, "登录")));
  else if (sync.state === "trouble") lines.push(h("div.strip.warn", { role: "status" }, icon("alert"), h("span", {}, sync.problem)));
  else if (sync.state === "sending" && count) lines.push(h("div.strip", { role: "status" }, icon("sync"), h("span", {}, "正在上传"), queue));
  if (outbox.stuck(desk.box).length) lines.push(h("div.strip.warn", { role: "status" }, icon("alert"), h("span", {}, `${outbox.stuck(desk.box).length} 项要您看一下`), h("a", { href: "#outbox" }, "去看")));
  if (clock.isWrong(offset)) lines.push(h("div.strip.warn", { role: "status" }, icon("clock"), h("span", {}, dotted(`手机时间${clock.wrongBy(offset)}，已自动校正`))));
  place.replaceChildren(...lines);
};

addEventListener("hashchange", () => paint(true));
let hiddenSince = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { hiddenSince = Date.now(); return; }
  if (open && Date.now() - hiddenSince > LOCK_AFTER_MS) { leave(); start(); } else open?.sync.run();
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
start();
