// Somebody on no list (报线索), and somebody who cannot wait (先行救助).

import { whereabouts } from "../media.js";
import { choices, field, h, head, say, selectField } from "../ui.js";
import { shots } from "./files.js";

const EVENTS = ["突发重病", "意外受伤", "火灾", "自然灾害", "断了收入", "其他"].map((word) => [word, word]);
const SEVERITY = [["light", "较轻"], ["medium", "中等"], ["severe", "严重"]];

const villageField = (desk, form) => {
  const villages = desk.meta.villages ?? [];
  form.village ??= villages[0]?.[0] ?? "";
  return villages.length > 1 ? selectField("在哪个村", villages, form.village, (code) => { form.village = code; }) : [];
};

const area = (label, form, name, attrs = {}) => field(label, { maxlength: 800, oninput: (e) => { form[name] = e.target.value; }, ...attrs }, "textarea");

const send = async (desk, go, kind, form, files, task = "") => {
  const place = await Promise.race([whereabouts(), new Promise((resolve) => setTimeout(resolve, 1500, null))]);
  await desk.put(desk.record({ kind, task, body: form, place, files }));
  say("已存在手机里，有网络时自动上传");
  go("#outbox", { sent: true });
};

export const leadPage = ({ desk, go, more }) => {
  const form = { about: "", text: "", urgent: false };
  let files = [];
  const problem = h("p.error", { role: "alert" });
  const finish = async () => {
    if (!form.about.trim() || form.text.trim().length < 8) { problem.textContent = "请写明谁家、什么情况（至少 8 个字）"; return; }
    await send(desk, go, "lead", form, files);
  };
  return [head("报线索", null, more), h("main", { id: "main" },
    h("section.blk", {}, h("p.sub", {}, "名单上没有、但看着有难处的人家，报给乡镇核实。"),
      field("谁家", { maxlength: 100, placeholder: "姓名、住哪里", oninput: (e) => { form.about = e.target.value; } }), villageField(desk, form), area("什么情况", form, "text")),
    h("section.blk", {}, h("h2", {}, "急不急？"), choices("急不急", [[false, "不急"], [true, "急，今天就要去"]], false, (urgent) => { form.urgent = urgent; }, "choose.two")),
    shots(desk, [], (ids) => { files = ids; }, { whole: "照片和录音" }), h("section.blk", {}, problem)),
  h("footer.foot", {}, h("button.btn.pri.grow", { type: "button", onclick: finish }, "报给乡镇"))];
};

export const urgentPage = ({ desk, go, more, args: [number = ""] }) => {
  const form = { household: "", about: "", event: "", text: "", severity: "medium", people: 1 };
  const homes = [["", "不在我的任务里"], ...desk.packs.map((pack) => [pack.household, `${pack.head}家`])];
  const pack = desk.pack(number);
  let files = [];
  const problem = h("p.error", { role: "alert" });
  const stranger = h("div", {}, field("是谁", { maxlength: 100, placeholder: "姓名，从哪里来也可以写", oninput: (e) => { form.about = e.target.value; } }), villageField(desk, form));
  const choose = (key) => { form.household = key; stranger.hidden = Boolean(key); form.people = desk.packs.find((p) => p.household === key)?.members?.length || 1; };
  choose(pack?.household ?? "");
  const finish = async () => {
    if ((!form.household && !form.about.trim()) || !form.event || !form.text.trim()) { problem.textContent = "请写明是谁、遇到什么事"; return; }
    const { event, ...body } = form;
    await send(desk, go, "emergency", { ...body, text: `${event}：${form.text}` }, files, number);
  };
  return [head("先行救助", null, more), h("main", { id: "main" },
    h("section.blk", {}, h("p.sub", {}, "先给钱救急，后补材料。您报上去，乡镇马上办；等不及就直接打乡镇值班电话。"),
      selectField("谁家", homes, form.household, choose), stranger),
    h("section.blk", {}, h("h2", {}, "遇到什么事？"), choices("遇到什么事", EVENTS, "", (event) => { form.event = event; }), area("说清楚一点", form, "text")),
    h("section.blk", {}, h("h2", {}, "有多难？"), choices("有多难", SEVERITY, form.severity, (severity) => { form.severity = severity; })),
    shots(desk, [], (ids) => { files = ids; }, { whole: "现场照片", voice: true }), h("section.blk", {}, problem)),
  h("footer.foot", {}, h("button.btn.pri.grow", { type: "button", onclick: finish }, "报给乡镇，马上办"))];
};
