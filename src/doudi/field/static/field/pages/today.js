// Today: where to go, in which order.

import { deadline, ordered } from "../core/order.js";
import { dotted, h, head } from "../ui.js";

export const today = ({ desk, more }) => {
  const done = desk.doneNumbers;
  const rows = ordered(desk.packs, done, desk.today);
  const left = rows.filter((pack) => !done.has(pack.number));
  return [
    head("今天", null, more),
    h("main", { id: "main" },
      rows.length ? [summary(left, desk), rows.map((pack) => row(pack, done.has(pack.number), desk))] : nothing(desk)),
    left.length ? h("footer.foot", {}, h("a.btn.pri.grow", { href: `#visit/${left[0].number}` }, `去第一家：${left[0].head}家`)) : "",
  ];
};

const summary = (left, desk) => h("section.blk", {}, h("b", {}, left.length ? `还有 ${left.length} 户` : "今天的都走完了"),
  h("div.muted.sm", {}, desk.meta.pulled ? `任务更新于 ${stamp(desk.meta.pulled)}` : "任务还没有更新过"));

const stamp = (iso) => new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

const row = (pack, done, desk) => {
  const due = deadline(pack, desk.today);
  return h("a.blk.task", { href: `#visit/${pack.number}` },
    h("span.row.between", {}, h("b.who", {}, `${pack.head}家`), done ? h("span.tag.ok", {}, "已填") : h(`span.sla.${due.weight}`, {}, due.words)),
    h("span.muted.sm", {}, dotted(pack.address, `${pack.members?.length ?? 0} 人`, pack.tried?.length ? `上门 ${pack.tried.length} 次没人` : "", desk.drafts.has(pack.number) ? "填了一半" : "")),
    pack.reasons[0] ? h("div.sub", {}, pack.reasons[0]) : "");
};

const nothing = (desk) => h("section.blk", {}, h("h2", {}, "今天没有派单"),
  h("p.sub", {}, desk.meta.pulled ? "走访时看到谁家有难处，可以报线索。" : "连上网络后，任务会自动取到手机里。"),
  h("p", {}, h("a.btn", { href: "#lead" }, "报线索")));
