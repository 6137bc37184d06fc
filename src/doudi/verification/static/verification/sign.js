"use strict";
// A pad to sign on with pen, finger or mouse. Whoever cannot draw types the name: both fields are always in the page.
(() => {
  const pad = (canvas) => {
    const box = canvas.closest("[data-sign]");
    const image = box.querySelector("[name$=sign_image]");
    const methods = [...box.querySelectorAll("[name$=sign_method]")];
    const typed = box.querySelector("[name$=sign_name]");
    const status = box.querySelector("[role=status]");
    const pen = canvas.getContext("2d");
    let last = null;

    const clear = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      image.value = "";
      status.textContent = canvas.dataset.empty;
    };
    const at = (event) => {
      const area = canvas.getBoundingClientRect();
      return [((event.clientX - area.left) * canvas.width) / area.width, ((event.clientY - area.top) * canvas.height) / area.height];
    };
    const stroke = (event) => {
      const [x, y] = at(event);
      pen.beginPath();
      pen.moveTo(...(last || [x, y]));
      pen.lineTo(x + 0.1, y);
      pen.stroke();
      last = [x, y];
    };
    const keep = () => {
      if (!last) return;
      last = null;
      const url = canvas.toDataURL("image/png");
      if (url.length > Number(canvas.dataset.longest)) {
        clear();
        status.textContent = canvas.dataset.large;
        return;
      }
      image.value = url;
      status.textContent = canvas.dataset.done;
      choose("drawn");
    };
    const choose = (method) => methods.forEach((one) => { one.checked = one.value === method; });

    Object.assign(canvas.style, { width: "100%", maxWidth: "600px", touchAction: "none", border: "1px solid var(--line-3)",
      borderRadius: "var(--r2)", background: "#fff", cursor: "crosshair" });
    Object.assign(pen, { lineWidth: 3.2, lineCap: "round", lineJoin: "round", strokeStyle: "#17212c" });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      stroke(event);
    });
    canvas.addEventListener("pointermove", (event) => { if (last) (event.getCoalescedEvents?.() || [event]).forEach(stroke); });
    canvas.addEventListener("pointerup", keep);
    canvas.addEventListener("pointercancel", keep);
    box.querySelector("[data-clear]").addEventListener("click", clear);
    typed.addEventListener("input", () => { if (typed.value) choose("typed"); });
    // After an error the drawing comes back.
    if (image.value) {
      const before = new Image();
      before.onload = () => pen.drawImage(before, 0, 0);
      before.src = image.value;
      status.textContent = canvas.dataset.done;
    }
    box.querySelector("[data-pad]").hidden = false;
  };
  document.querySelectorAll("[data-sign] canvas").forEach(pad);
})();
