"use strict";
// Keys, dialogs, toasts, revealing and the idle warning. Every page works without this file, only less quickly.
(() => {
  const body = document.body;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const csrf = () => JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const post = (url, data) =>
    fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } });

  // --- dialogs -----------------------------------------------------------------------------------------------
  const open = (dialog) => dialog && !dialog.open && dialog.showModal();
  const outside = (box, at) =>
    at.clientX < box.left || at.clientX > box.right || at.clientY < box.top || at.clientY > box.bottom;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const closer = event.target.closest("[data-close]");
    if (opener) {
      event.preventDefault();
      open(document.getElementById(opener.dataset.dialog));
    } else if (closer && closer.closest("dialog[open]")) {
      event.preventDefault();
      closer.closest("dialog").close();
    } else if (event.target.tagName === "DIALOG" && outside(event.target.getBoundingClientRect(), event)) {
      event.target.close();
    }
    all("details.pick[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
  });

  // --- navigation on a phone ---------------------------------------------------------------------------------
  const menu = one(".menu");
  if (menu) {
    menu.addEventListener("click", (event) => {
      event.preventDefault();
      const drawer = one(".drawer");
      const shown = getComputedStyle(drawer).display === "none";
      drawer.classList.toggle("open", shown);
      drawer.classList.toggle("shut", !shown);
      menu.setAttribute("aria-expanded", String(shown));
    });
  }

  // --- toasts leave by themselves; errors are never toasts ---------------------------------------------------
  const expire = (toast) => setTimeout(() => toast.remove(), 6000);
  all(".toast").forEach(expire);
  const note = (text) => {
    const box = document.getElementById("notes");
    if (!box) return;
    one("[data-text]", box).textContent = text;
    box.hidden = false;
  };
  document.addEventListener("htmx:responseError", (event) => note(failure(event.detail.xhr.status)));
  document.addEventListener("htmx:sendError", () => note(failure(0)));
  const failure = (status) => {
    const words = one("#words").dataset;
    return { 0: words.offline, 403: words.forbidden, 409: words.conflict, 413: words.large }[status] || words.failed;
  };

  // --- a masked value, shown for 30 seconds ------------------------------------------------------------------
  const reveal = document.getElementById("reveal");
  let asked = null;
  document.addEventListener("click", (event) => {
    const eye = event.target.closest("[data-reveal]");
    if (!eye || !reveal) return;
    event.preventDefault();
    asked = eye;
    one("[data-who]", reveal).textContent = eye.dataset.who;
    one("[data-what]", reveal).textContent = eye.dataset.what;
    one("[data-error]", reveal).textContent = "";
    open(reveal);
  });
  if (reveal) {
    const form = one("form", reveal);
    form.addEventListener("change", () => {
      one("[data-detail]", reveal).hidden = form.elements.reason.value !== "other";
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await post(asked.dataset.reveal, new FormData(form)).catch(() => null);
      const text = answer && (answer.ok || answer.status === 422) ? (await answer.text()).trim() : "";
      if (answer && answer.ok) {
        reveal.close();
        show(asked, text);
        form.reset();
        one("[data-detail]", reveal).hidden = true;
      } else {
        one("[data-error]", reveal).textContent = text || failure(answer ? answer.status : 0);
      }
    });
  }
  const show = (eye, text) => {
    const masked = eye.previousElementSibling;
    const shown = document.createElement("span");
    shown.className = "id nw shown";
    shown.setAttribute("role", "status");
    shown.textContent = text;
    masked.hidden = eye.hidden = true;
    masked.before(shown);
    setTimeout(() => {
      shown.remove();
      masked.hidden = eye.hidden = false;
    }, 30000);
  };

  // --- the session ends soon ---------------------------------------------------------------------------------
  const idle = document.getElementById("idle");
  const stillHere = body.dataset.stillHere;
  if (idle && stillHere) {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => open(idle), (Number(body.dataset.idle) - 2) * 60000);
    };
    wait();
    document.addEventListener("htmx:afterRequest", wait);
    const stay = async () => {
      const answer = await post(stillHere).catch(() => null);
      if (answer && answer.ok && !answer.redirected) wait();
      else location.reload();
    };
    idle.addEventListener("close", stay);
    one("[data-continue]", idle).addEventListener("click", () => idle.close());
  }

  // --- keys --------------------------------------------------------------------------------------------------
  const rows = () => all("table[data-rows] tbody tr").filter((row) => row.offsetParent && one("a, input", row));
  const selected = () => one("table[data-rows] tr.sel");
  const move = (step) => {
    const list = rows();
    if (!list.length) return;
    const next = list[Math.min(Math.max(list.indexOf(selected()) + step, 0), list.length - 1)];
    list.forEach((row) => row.classList.toggle("sel", row === next));
    const target = one("a[data-open]", next) || one("a", next) || one("input", next);
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => {
    const target = one(selector);
    if (target) target.click();
    return Boolean(target);
  };
  const single = {
    "/": () => { const field = document.getElementById("search"); if (field) { field.focus(); field.select(); } return Boolean(field); },
    "?": () => open(document.getElementById("keys")),
    j: () => move(1),
    k: () => move(-1),
    x: () => { const row = selected(); const box = row && one("input[type=checkbox]", row); if (box) box.click(); },
    "[": () => press("a[rel=prev]"),
    "]": () => press("a[rel=next]"),
  };
  let goUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key === "Enter" && press("[data-primary]")) event.preventDefault();
      return;
    }
    const writing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    if (writing || body.dataset.keys === "off" || one("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (Date.now() < goUntil && /^[a-z]$/.test(key)) {
      goUntil = 0;
      if (press(`[data-go="${key}"]`)) event.preventDefault();
    } else if (key === "g") {
      goUntil = Date.now() + 1500;
    } else if (key === "Enter" && event.target === body && selected()) {
      press("table[data-rows] tr.sel a[data-open], table[data-rows] tr.sel a");
    } else if (single[key]) {
      event.preventDefault();
      single[key]();
    } else if (/^[a-z]$/.test(key) && press(`[data-urgent="${key}"]`)) {
      event.preventDefault();
    }
  });

  // --- a refused form: say so where the reader is ------------------------------------------------------------
  const errors = one("[data-focus]");
  if (errors) errors.focus();
})();
