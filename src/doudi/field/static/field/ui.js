// Making elements. Text goes in as text, never as markup.

/** `h("button.btn.pri", {onclick}, "存着")`; an attribute that is false or null is left out. */
export const h = (what, attrs = {}, ...children) => {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attrs)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

export const icon = (name) => h(`i.i.i-${name}`, { "aria-hidden": "true" });
export const sep = () => h("s.sep", { "aria-hidden": "true" });
/** Parts with a dot between them. */
export const dotted = (...parts) => parts.filter(Boolean).flatMap((part, i) => (i ? [sep(), part] : [part]));

let serial = 0;
export const nextId = () => `e${(serial += 1)}`;

/** Big choices for a thumb: radios under their words. `pairs` are [value, words]. */
export const choices = (label, pairs, value, onpick, shape = "choose") => {
  const name = nextId();
  return h(`div.${shape}`, { role: "radiogroup", "aria-label": label }, pairs.map(([key, words, sign]) =>
    h("label.opt", {}, h("input", { type: "radio", name, value: String(key), checked: key === value, onchange: () => onpick(key) }),
      h("span", {}, sign && key === value ? icon(sign) : null, words))));
};

/** A labelled box to write in. */
export const field = (label, attrs = {}, kind = "input") => {
  const id = nextId();
  return [h("label.top", { for: id }, label), h(kind, { id, ...(kind === "input" ? { type: "text" } : {}), ...attrs })];
};

export const selectField = (label, pairs, value, onpick) => {
  const id = nextId();
  const options = pairs.map(([key, words]) => h("option", { value: String(key), selected: key === value }, words));
  return [h("label.top", { for: id }, label), h("select", { id, onchange: (e) => onpick(pairs[e.target.selectedIndex][0]) }, options)];
};

/** The head of a page, with a way back. */
export const head = (title, back = null, right = null) =>
  h("header.hd", {}, back ? h("a.icb", { href: back, "aria-label": "返回" }, icon("left")) : h("span"), h("h1", { tabindex: "-1" }, title), right ?? h("span"));

/** Say something to whoever cannot see it. */
export const say = (words) => { document.getElementById("said").textContent = words; };

export const yuan = (fen) => (fen === null || fen === undefined ? "—" : (fen / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2 }));
