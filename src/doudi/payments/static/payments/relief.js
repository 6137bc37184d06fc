"use strict";
// The button says what it does: how much is paid, or asked of the county. A second press while the first runs is no press.
(() => {
  const form = document.getElementById("relief");
  const button = document.querySelector("[data-pay]");
  if (!form || !button) return;
  const yuan = (fen) => (fen / 100).toLocaleString("zh-CN", { minimumFractionDigits: fen % 100 ? 2 : 0 });
  const typed = () => {
    const text = form.elements.other_fen ? form.elements.other_fen.value.replace(/[,，元\s]/g, "") : "";
    return /^\d+(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0;
  };
  const say = () => {
    const picked = form.querySelector("input[name=amount_fen]:checked");
    const fen = typed() || (picked ? Number(picked.value) : 0);
    const told = document.getElementById("told").firstElementChild;
    const limit = told ? told.dataset.limit : "";
    const bank = (form.querySelector("input[name=how]:checked") || {}).value === "bank";
    const words = !fen ? "empty" : limit === "" || fen > Number(limit) ? "asks" : bank ? "bank" : "pays";
    button.textContent = button.dataset[words].replace("{}", yuan(fen));
  };
  form.addEventListener("input", say);
  form.addEventListener("change", (event) => {
    if (event.target.name === "amount_fen" && form.elements.other_fen) form.elements.other_fen.value = "";
    say();
  });
  // What was chosen while an answer was under way is kept, if it is still offered.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "told") return;
    const picked = form.querySelector("input[name=amount_fen]:checked");
    const why = form.elements.repeated_because;
    kept = { fen: picked ? picked.value : "", why: why ? why.value : "" };
  });
  document.addEventListener("htmx:afterSwap", () => {
    const same = kept && kept.fen && form.querySelector(`input[name=amount_fen][value="${kept.fen}"]`);
    if (same) same.checked = true;
    const why = form.elements.repeated_because;
    if (kept && kept.why && why && !why.value) why.value = kept.why;
    kept = null;
    say();
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "find") return;
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 8000);
  });
  say();
})();
