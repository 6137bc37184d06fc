"use strict";
// A slider and its typed number say the same; the number is what is sent.
(() => {
  document.querySelectorAll("[data-dial]").forEach((slider) => {
    const typed = document.getElementById(slider.dataset.dial);
    slider.addEventListener("input", () => { typed.value = slider.value; });
    slider.addEventListener("change", (event) => {
      event.stopPropagation();
      typed.dispatchEvent(new Event("change", { bubbles: true }));
    });
    typed.addEventListener("input", () => { slider.value = typed.value; });
  });
})();
