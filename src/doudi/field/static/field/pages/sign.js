// Consent and pledge on the spot: the whole text, word for word what the server will seal, then the signature.

import { dayAfter } from "../core/clock.js";
import { consentWords, filled, pledgeWords } from "../core/texts.js";
import { choices, field, h, head, nextId, say, selectField } from "../ui.js";
import { signPad } from "./files.js";

export const signPage = ({ desk, go, args: [number, kind] }) => {
  const pack = desk.pack(number) ?? desk.drafts.get(number)?.pack;
  const { texts } = desk.meta;
  const back = `#visit/${number}`;
  if (!pack || !texts) return [head("当场签字", "#today"), h("main", {}, h("section.blk", {}, h("h2", {}, "文本还没有取到手机里"), h("p.sub", {}, "连上一次网络就好。")))];
  return new SignForm(desk, pack, texts, kind === "pledge" ? "pledge" : "consent", back, go).render();
};

class SignForm {
  constructor(desk, pack, texts, kind, back, go) {
    const adults = pack.members.filter((one) => !one.guarded);
    Object.assign(this, { desk, pack, texts, kind, back, go, adults, more: "", image: "", sources: texts.sources.map(([key]) => key), statements: [] });
    this.person = adults[0] ?? pack.members[0];
    this.signer = adults[0];
    this.purpose = texts.purposes[0][0];
  }

  get period() { return [this.desk.today, dayAfter(this.desk.today, this.texts.consent_days)]; }

  shown() {
    if (this.kind === "pledge") return filled(this.texts.pledge, pledgeWords(this.texts, this));
    const [starts, until] = this.period;
    return filled(this.texts.consent, consentWords(this.texts, { ...this, starts, until }));
  }

  render() {
    const title = this.kind === "pledge" ? "承诺书" : "核对授权";
    if (!this.signer) return [head(title, this.back), h("main", {}, h("section.blk", {}, h("h2", {}, "家里没有能签字的成年人"), h("p.sub", {}, "请联系乡镇，由监护人到场签署。")))];
    this.paper = h("div.paper", { tabindex: "0", role: "region", "aria-label": `${title}全文` });
    this.problem = h("p.error", { role: "alert" });
    this.repaint();
    return [head(title, this.back), h("main", { id: "main" }, this.kind === "pledge" ? this.pledging() : this.consenting(),
      h("section.blk", {}, h("h2", {}, "请念给签字的人听"), this.paper),
      h("section.blk", {}, signPad(`${this.signer.name}签名`, (url) => { this.image = url; }), this.problem)),
    h("footer.foot", {}, h("button.btn.pri.grow", { type: "button", onclick: () => this.keep() }, "签好了"))];
  }

  repaint() { this.paper.textContent = this.shown(); }

  consenting() {
    const box = h("section.blk");
    const paint = () => box.replaceChildren(
      ...selectField("谁的信息", this.pack.members.map((m) => [m.id, m.name]), this.person.id, (id) => {
        this.person = this.pack.members.find((m) => m.id === id);
        if (!this.person.guarded) this.signer = this.person;
        paint(); this.repaint();
      }),
      ...(this.person.guarded ? selectField("由谁签（监护人）", this.adults.map((m) => [m.id, m.name]), this.signer.id, (id) => { this.signer = this.adults.find((m) => m.id === id); this.repaint(); }) : []),
      h("p.lbl", {}, "用途"), choices("用途", this.texts.purposes, this.purpose, (purpose) => { this.purpose = purpose; this.repaint(); }, "choose.one"));
    paint();
    return box;
  }

  pledging() {
    return h("section.blk", {}, selectField("谁代表本户签", this.adults.map((m) => [m.id, m.name]), this.signer.id, (id) => { this.signer = this.adults.find((m) => m.id === id); this.repaint(); }),
      h("h2", {}, "以承诺代替哪些材料"),
      this.texts.materials.map(([key, words]) => { const id = nextId(); return h("div.ask", {}, h("input", { type: "checkbox", id, onchange: (e) => { this.statements = e.target.checked ? [...this.statements, key] : this.statements.filter((k) => k !== key); this.repaint(); } }), h("label.grow", { for: id }, words)); }),
      field("补充说明", { maxlength: 400, oninput: (e) => { this.more = e.target.value; this.repaint(); } }));
  }

  async keep() {
    if (!this.image) { this.problem.textContent = "还没有签名"; return; }
    if (this.kind === "pledge" && !this.statements.length) { this.problem.textContent = "请至少选一项材料"; return; }
    const [starts_on, ends_on] = this.period;
    const body = { household: this.pack.household, signer: this.signer.id, image: this.image, shown: this.shown() };
    if (this.kind === "pledge") Object.assign(body, { statements: this.statements, more: this.more });
    else Object.assign(body, { person: this.person.id, sources: this.sources, purpose: this.purpose, starts_on, ends_on });
    await this.desk.put(this.desk.record({ kind: this.kind, task: this.pack.number, body }));
    say("已签，存在手机里");
    this.go(this.back, { sent: true });
  }
}
