// What waits, what arrived, and what a person must look at.

import * as merge from "../core/merge.js";
import * as outbox from "../core/outbox.js";
import { baseOf } from "../core/visit.js";
import { choices, dotted, h, head, say } from "../ui.js";
import { shown } from "./lines.js";

const KINDS = { visit: "入户核实", absent: "家里没人", consent: "核对授权", pledge: "承诺书", lead: "报线索", emergency: "急难求助", theirs: "按系统里的办" };
const STATES = { waiting: ["等网络", "tag"], applied: ["已到", "tag.ok"], conflict: ["有冲突，请选", "tag.warn"], deciding: ["已选，等网络", "tag"], decided: ["冲突已处理", "tag"], refused: ["退回", "tag.bad"], replaced: ["已重填", "tag"] };

export const outboxPage = ({ desk, sync, more }) => {
  const rows = [...desk.box.records].reverse();
  const pending = desk.pendingFiles.length;
  return [head("待传", null, more), h("main", { id: "main" },
    h("section.blk", {}, h("b", {}, outbox.unsent(desk.box) + pending ? `${outbox.unsent(desk.box)} 项、${pending} 个附件待传` : "都传到了"),
      h("p.sub", {}, "有网络时自动上传，传到的留 7 天。没有传到的不会丢。"),
      h("button.btn", { type: "button", onclick: () => sync.run({ hurry: true }) }, "现在上传")),
    rows.length ? rows.map((one) => row(one, desk)) : h("section.blk", {}, h("p.sub", {}, "还没有填过。")))];
};

const title = (one, desk) => {
  const head = desk.pack(one.task)?.head ?? one.body.head ?? one.body.about ?? one.task;
  return dotted(KINDS[one.kind], head || null);
};

const row = (one, desk) => {
  const [words, tag] = STATES[one.state];
  const files = (one.files ?? []).map((id) => desk.files[id]).filter(Boolean);
  const there = files.filter((f) => f.state === "stored").length;
  return h("section.blk", {}, h("div.row.between", {}, h("b", {}, title(one, desk)), h(`span.${tag}`, {}, words)),
    h("div.muted.sm", {}, dotted(new Date(Date.parse(one.client_at) + (one.offset_ms ?? 0)).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false }), files.length ? `附件 ${there} / ${files.length}` : "", one.told?.number ?? "")),
    files.filter((f) => f.problem).map((f) => h("p.error", {}, f.problem)),
    (one.problems ?? []).map((p) => h("p.error", {}, p.message)),
    one.state === "conflict" ? h("a.btn", { href: `#conflict/${one.id}` }, "看看，选一个") : "",
    one.state === "refused" ? h("div.row", {}, h("button.btn", { type: "button", onclick: () => desk.change(() => desk.setBox(outbox.again(desk.box, one.id))) }, "再传一次"),
      one.kind === "visit" ? h("button.btn", { type: "button", onclick: () => refill(desk, one) }, "改一改重传") : "") : "");
};

/** Back to the form with what was filled in; the old words stay in the outbox until they expire. */
const refill = async (desk, one) => {
  const now = desk.pack(one.task);
  const pack = now && now.version === one.version ? now : { ...now, number: one.task, head: now?.head ?? one.task, household: one.body.household, reasons: now?.reasons ?? [], members: now?.members ?? [], ...one.body.base };
  await desk.keepDraft({ number: one.task, pack, answers: one.body.answers ?? {}, seen: one.body.seen ?? null, hardship: one.body.hardship ?? "", disposition: one.body.disposition ?? "", note: one.body.note ?? "", files: one.files ?? [], signature: "" });
  await desk.change(() => desk.setBox(outbox.replace(desk.box, one.id, desk.now())));
  location.hash = `#visit/${one.task}`;
};

export const conflictPage = ({ desk, go, args: [id] }) => {
  const one = outbox.find(desk.box, id);
  if (one?.state !== "conflict") return [head("两边不一样", "#outbox"), h("main", {}, h("section.blk", {}, h("h2", {}, "这个冲突已经处理过了")))];
  return new ConflictForm(desk, one, go).render();
};

class ConflictForm {
  constructor(desk, one, go) {
    Object.assign(this, { desk, one, go, rows: merge.rows(one.base, one.body.answers, one.theirs) });
  }

  render() {
    this.problem = h("p.error", { role: "alert" });
    const told = this.rows.filter(merge.tells);
    const gone = !this.one.theirs;
    return [head("两边不一样", "#outbox"), h("main", { id: "main" },
      h("section.blk", {}, h("h2.who", {}, `${this.one.theirs?.head ?? this.one.task}`),
        h("p.sub", {}, "您在外面填的时候，系统里变了。一项一项看，选哪个；两边说的都会留下。")),
      told.map((row) => this.row(row)),
      told.length ? "" : h("section.blk", {}, h("p.sub", {}, "内容没有矛盾，只是别人先交了一份。")), h("section.blk", {}, this.problem)),
    h("footer.foot", {}, h("button.btn", { type: "button", onclick: () => this.theirs() }, "全按系统里的"),
      gone ? "" : h("button.btn.pri.grow", { type: "button", onclick: () => this.keep() }, "就这样定"))];
  }

  row(row) {
    const side = (name, value) => [h("small", {}, name), shown(row.line, value)];
    const pick = row.pick === "same" ? "mine" : row.pick;
    const cell = h("div.sides", {}, h("div", {}, side("出门时", row.base)));
    const both = choices(`${row.line.label}，按哪个`, [["mine", side("我填的", row.mine)], ["theirs", side("系统里", row.theirs)]], pick, (choice) => { this.rows = merge.choose(this.rows, row.key, choice); });
    both.style.display = "contents";
    cell.append(both);
    return h("section.blk", { "data-key": row.key }, h("h2", {}, row.line.label, h("small", {}, row.line.subject)), cell);
  }

  async keep() {
    const answers = merge.merged(this.rows);
    if (!answers) { this.problem.textContent = "还有没选的"; document.querySelector(`[data-key="${CSS.escape(this.rows.find((r) => r.open && r.pick === null).key)}"] input`)?.focus(); return; }
    await this.send("visit", { ...this.one.body, answers, base: baseOf(this.one.theirs) }, this.one.theirs.version, merge.decision(this.rows), this.one.files ?? []);
  }

  theirs() { return this.send("theirs", { household: this.one.body.household }, null, "theirs", []); }

  async send(kind, body, version, decision, files) {
    await this.desk.decide(this.one.id, this.desk.record({ kind, task: this.one.task, version, body, decision, files, place: this.one.place }));
    say("已选，有网络时自动上传");
    this.go("#outbox", { sent: true });
  }
}
