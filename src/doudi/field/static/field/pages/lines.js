// One fact to confirm, or one question; and the box for how it really is.

import { choices, field, h, icon, selectField, yuan } from "../ui.js";

const SURE = [[true, "对", "check"], [false, "不对", "edit"]];
const BOOLEAN = [[true, "有 / 是"], [false, "没有 / 否"]];

/** The words of a value, as the line shows it. */
export const shown = (line, value) => {
  if (value === null || value === undefined) return "没有说";
  if (value === line.value && line.shown) return line.shown;
  if (line.kind === "bool") return value ? "是" : "否";
  if (line.kind === "fen") return `${yuan(value)} 元`;
  if (line.kind === "choice") return line.choices.find(([key]) => key === value)?.[1] ?? String(value);
  return String(value);
};

const stepper = (label, value, onvalue) => {
  let now = value ?? 0;
  const out = h("b", { "aria-live": "polite" }, String(now));
  const by = (step) => () => { now = Math.max(0, now + step); out.textContent = String(now); onvalue(now); };
  return h("div.step", { role: "group", "aria-label": label }, h("span.grow", {}, label),
    h("button.icb", { type: "button", "aria-label": `${label}减一`, onclick: by(-1) }, icon("minus")), out,
    h("button.icb", { type: "button", "aria-label": `${label}加一`, onclick: by(1) }, icon("plus")));
};

const SMALL = 30;

/** A box that takes a value of a line's kind; `onvalue` gets the value, or undefined while it cannot be read. */
export const valueBox = (line, value, onvalue) => {
  const label = `${line.label}实际是`;
  if (line.kind === "bool") return choices(label, BOOLEAN, value, onvalue, "choose.two");
  if (line.kind === "choice") {
    if (line.choices.length <= 4) return choices(label, line.choices, value, onvalue, "choose.two");
    return selectField(label, [["", "请选择"], ...line.choices], value ?? "", (key) => onvalue(key === "" ? undefined : key));
  }
  if (line.kind === "int" && (line.value ?? 0) <= SMALL) return stepper(label, value ?? line.value, onvalue);
  const money = line.kind === "fen";
  const number = money || line.kind === "int";
  const first = value === null || value === undefined ? "" : money ? value / 100 : value;
  const read = (text) => {
    if (!number) return text.trim() || undefined;
    const found = Number(text.replace(/[,，\s]/g, ""));
    return text.trim() === "" || !Number.isFinite(found) || found < 0 ? undefined : Math.round(money ? found * 100 : found);
  };
  return field(money ? `${label}（元）` : label, { value: String(first), inputmode: number ? "decimal" : "text", maxlength: 60, oninput: (e) => onvalue(read(e.target.value)) });
};

/** A fact with 对 / 不对. `draft` gives the answer, `onanswer(correct, value)` takes a new one. */
export const factRow = (line, answer, onanswer, todo) => {
  const row = h(`div.ask${todo ? ".todo" : ""}`, { "data-key": line.key });
  const paint = (said) => {
    const wrong = said?.correct === false;
    row.replaceChildren(
      h("span.grow", {}, `${line.label}：${line.shown}`, line.subject ? h("small", {}, line.subject) : null),
      choices(`${line.subject}${line.label}${line.shown}，对吗`, SURE, said?.correct, (correct) => {
        const next = correct ? { correct } : { correct, value: line.kind === "int" ? line.value : line.kind === "bool" ? !line.value : undefined };
        onanswer(next.correct, next.value);
        paint(next);
        row.querySelector(correct ? ".yn input" : ".how input, .how select, .how button")?.focus();
      }, "yn"),
      wrong ? h("div.how", {}, valueBox(line, said.value, (value) => onanswer(false, value))) : "");
  };
  paint(answer);
  return row;
};

/** A question nobody has answered yet; it may stay open. */
export const questionRow = (line, answer, onanswer) =>
  h("div.ask.q", { "data-key": line.key }, h("span.grow", {}, line.label, line.subject ? h("small", {}, line.subject) : null),
    h("div.how", {}, valueBox(line, answer?.value, (value) => onanswer(null, value ?? null))));
