"use strict";
// One pair after the other by keyboard: 1 the same, 2 not the same, J next, K previous. Works without, only slower.
(() => {
  const pressed = { 1: '[data-digit="1"]', 2: '[data-digit="2"]', j: "a[rel=next]", k: "a[rel=prev]" };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey || document.body.dataset.keys === "off") return;
    if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(pressed[event.key.toLowerCase()] || "none");
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
