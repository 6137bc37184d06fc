// Before anything: whose phone is it today, and the PIN.

import { field, h, head, icon } from "../ui.js";

const box = (title, ...children) => [head("兜底 入户"), h("main", { id: "main" }, h("section.blk", {}, h("h2.who", {}, title), ...children))];

/** Nobody has a vault here, and nobody is signed in (or there is no network). */
export const welcome = ({ signIn, offline }) => box(offline ? "第一次用要先联网" : "请先登录",
  h("p.sub", {}, offline ? "连上网络、登录一次，设好口令，以后没有网络也能用。" : "登录后设一个口令，任务就会存到手机里。"),
  h("p", {}, h("a.btn.pri", { href: signIn }, "登录")));

/** A PIN: `first` is asked twice. `onpin(pin)` gives the problem in words, or nothing. */
export const pinPage = ({ row, others, first, needsNetwork, onpin, onother, signIn }) => {
  if (needsNetwork) return box(`${row.name}，请联网登录一次`, h("p.sub", {}, "超过一天半没有联网，或口令错了五次。登录后再输口令就能打开，没有传的都还在。"),
    h("p", {}, h("a.btn.pri", { href: signIn }, "登录")), others.length ? people(others, onother) : "");
  const problem = h("p.error", { role: "alert" });
  const values = { pin: "", again: "" };
  const input = (label, name) => field(label, { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 20, oninput: (e) => { values[name] = e.target.value; } });
  const button = h("button.btn.pri", { type: "submit" }, first ? "设好，开始用" : "打开");
  const submit = async (event) => {
    event.preventDefault();
    if (first && !/^\d{6,}$/.test(values.pin)) { problem.textContent = "口令至少 6 位数字"; return; }
    if (first && /^(\d)\1+$|^0?123456789?$/.test(values.pin)) { problem.textContent = "这个口令太容易猜，请换一个"; return; }
    if (first && values.pin !== values.again) { problem.textContent = "两次输的不一样"; return; }
    button.disabled = true;
    problem.textContent = (await onpin(values.pin)) ?? "";
    button.disabled = false;
  };
  return box(`${row.name}`, h("form", { onsubmit: submit },
    h("p.sub", {}, first ? "设一个只有您知道的口令。手机里的任务用它加密；忘了就打不开，没有传的也找不回来。" : "请输口令"),
    input("口令（至少 6 位数字）", "pin"), first ? input("再输一次", "again") : "", problem, h("p", {}, button)), others.length ? people(others, onother) : "");
};

const people = (others, onother) => h("div", {}, h("h2", {}, "换一个人用"), others.map((one) => h("p", {}, h("button.btn", { type: "button", onclick: () => onother(one) }, icon("people"), one.name))));

export const erasedPage = () => box("这部手机已清空", h("p.sub", {}, "有人要求清除这部手机上的任务资料。要继续用，请联网登录，重新设口令。"));
