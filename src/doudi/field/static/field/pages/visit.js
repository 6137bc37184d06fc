// One visit: what is on file, right or not; what was seen; done.

import { deadline } from "../core/order.js";
import * as visit from "../core/visit.js";
import { whereabouts } from "../media.js";
import { choices, dotted, field, h, head, icon, say, selectField } from "../ui.js";
import { keepSignature, shots, signPad } from "./files.js";
import { factRow, questionRow } from "./lines.js";

const HARD = [["none", "不难"], ["help", "难，要帮"], ["urgent", "急，马上"]];
const SEEN = [[true, "见到本人"], [false, "没见到本人"]];

export const visitPage = ({ desk, go, args: [number] }) => {
  const pack = desk.pack(number);
  const draft = desk.drafts.get(number) ?? (pack && visit.begin(pack));
  if (!draft) return [head("入户核实", "#today"), h("main", {}, h("section.blk", {}, h("h2", {}, "这件任务不在手机里"), h("p.sub", {}, "可能已经办完，或派给了别人。填过的内容在“待传”里。")))];
  return new VisitForm(desk, draft, go).render();
};

class VisitForm {
  constructor(desk, draft, go) { Object.assign(this, { desk, draft, go, place: desk.drafts.has(draft.number) ? draft.place : null }); }

  /** Kept at every touch: a phone that dies loses nothing. */
  set(change, repaint = () => {}) {
    this.draft = { ...this.draft, ...change };
    this.desk.keepDraft(this.draft);
    repaint();
  }

  answer(key, correct, value) {
    this.set(visit.answer(this.draft, key, correct, value), () => this.count());
    this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.classList.remove("todo");
  }

  count() {
    const { done, all } = visit.progress(this.draft);
    this.counter.textContent = `${done} / ${all}`;
  }

  render() {
    const { pack } = this.draft;
    this.counter = h("small");
    this.count();
    this.problem = h("p.error", { role: "alert" });
    this.root = h("main", { id: "main" }, this.family(pack), this.facts(pack), this.questions(pack), this.seen(), this.hard(),
      shots(this.desk, this.draft.files, (files) => this.set({ files })), this.signature(), this.papers(pack), this.note());
    return [head("入户核实", "#today"), this.root, h("footer.foot", {},
      h("button.btn", { type: "button", onclick: () => this.absent() }, "家里没人"),
      h("button.btn.pri.grow", { type: "button", onclick: () => this.finish() }, "做完了，下一户"))];
  }

  family(pack) {
    const due = deadline(pack, this.desk.today);
    return h("section.blk", {},
      h("div.row.between", {}, h("h2.who", {}, `${pack.head}家`), h(`span.sla.${due.weight}`, {}, due.words)),
      h("div.muted.sm", {}, dotted(pack.village, pack.address, `${pack.members?.length ?? 0} 人`)),
      pack.reasons.length ? h("p", {}, h("b", {}, "为什么去："), pack.reasons.join("；")) : "",
      pack.phone ? h("div.row", {}, h("a.btn.grow", { href: `tel:${pack.phone}` }, icon("phone"), "打电话")) : "");
  }

  facts(pack) {
    if (!pack.facts.length) return h("section.blk", {}, h("h2", {}, "系统里还没有可核对的情况"));
    return h("section.blk", {}, h("h2", {}, "系统里这样记，对吗？", this.counter),
      pack.facts.map((line) => factRow(line, this.draft.answers[line.key], (c, v) => this.answer(line.key, c, v))));
  }

  questions(pack) {
    if (!pack.questions.length) return "";
    return h("section.blk", {}, h("h2", {}, "还想问几件事", h("small", {}, "问不到可以空着")),
      pack.questions.map((line) => questionRow(line, this.draft.answers[line.key], (c, v) => this.answer(line.key, c, v))));
  }

  seen() {
    return h("section.blk", { "data-key": "seen" }, h("h2", {}, "见到本人了吗？"), choices("见到本人了吗", SEEN, this.draft.seen, (seen) => this.set({ seen }), "choose.two"));
  }

  hard() {
    const box = h("div");
    const paint = () => box.replaceChildren(...(this.draft.hardship ? selectField("建议怎么办", this.desk.meta.choices ?? [], this.draft.disposition || visit.USUAL[this.draft.hardship], (disposition) => this.set({ disposition })) : []),
      this.draft.hardship === "urgent" ? h("p", {}, h("a.btn", { href: `#urgent/${this.draft.number}` }, icon("bolt"), "现在就报急难")) : "");
    paint();
    return h("section.blk", { "data-key": "hardship" }, h("h2", {}, "您看这家难不难？"),
      choices("您看这家难不难", HARD, this.draft.hardship, (hardship) => this.set({ hardship, disposition: "" }, paint)), box);
  }

  signature() {
    const box = h("section.blk");
    const paint = () => {
      const there = Boolean(this.draft.signature);
      box.replaceChildren(signPad("被访人签名", (url) => this.set({ signature: url }), there));
    };
    paint();
    return box;
  }

  papers(pack) {
    return h("section.blk", {}, h("h2", {}, "当场签字", h("small", {}, "要申请救助时")), h("div.row", {},
      h("a.btn.grow", { href: `#sign/${pack.number}/consent` }, "核对授权"), h("a.btn.grow", { href: `#sign/${pack.number}/pledge` }, "承诺书")));
  }

  note() { return h("section.blk", {}, field("补充说明", { value: this.draft.note, maxlength: 800, oninput: (e) => this.set({ note: e.target.value }) }, "textarea").map((n) => { if (n.tagName === "TEXTAREA") n.value = this.draft.note; return n; }), this.problem); }

  async finish() {
    const gaps = visit.missing(this.draft);
    this.root.querySelectorAll("[data-key]").forEach((row) => row.classList.toggle("todo", gaps.includes(row.dataset.key)));
    if (gaps.length) {
      this.problem.textContent = `还有 ${gaps.length} 项没有填`;
      const first = this.root.querySelector(`[data-key="${CSS.escape(gaps[0])}"]`);
      first?.scrollIntoView({ block: "center" });
      first?.querySelector("input, select, button")?.focus();
      return;
    }
    await this.send("visit", visit.body(this.draft));
  }

  async absent() {
    const button = document.activeElement;
    if (!button.dataset.sure) { button.dataset.sure = "1"; button.textContent = "没人，记下"; return; }
    await this.send("absent", { household: this.draft.pack.household, note: this.draft.note }, true);
  }

  /** Into the outbox in one stroke with the end of the draft. Satellites are waited for a moment only. */
  async send(kind, body, keepDraft = false) {
    const { desk, draft } = this;
    const files = [...(keepDraft ? [] : draft.files)];
    if (!keepDraft && draft.signature) files.push(await keepSignature(desk, draft.signature));
    const place = await Promise.race([whereabouts(), new Promise((resolve) => setTimeout(resolve, 1500, null))]);
    await desk.put(desk.record({ kind, task: draft.number, version: draft.pack.version, body, place, files }), keepDraft ? null : draft.number);
    say("已存在手机里，有网络时自动上传");
    this.go("#today", { sent: true });
  }
}
