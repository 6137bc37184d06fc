// Details are shown where they are asked for; what is typed is kept on the server while somebody types.
(() => {
  "use strict";
  const form = document.getElementById("intake");
  if (!form) return;
  const parts = [...form.querySelectorAll("[data-when]")];
  const show = () => parts.forEach((part) => {
    const [name, value] = part.dataset.when.split("=");
    const chosen = form.querySelector(`[name="${CSS.escape(name)}"]:checked`);
    part.hidden = !chosen || chosen.value !== value;
  });
  let timer = 0;
  const keep = async () => {
    const body = new FormData(form);
    body.delete("proxy_file"); // a file is sent once, with the form
    const answer = await fetch(form.dataset.draft, { method: "POST", body });
    document.getElementById("kept").textContent = await answer.text();
  };
  form.addEventListener("change", show);
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 1500);
  });
  show();
})();
