// Selecting every answer of the page at once; each box works without this file.
(() => {
  "use strict";

  const holder = document.querySelector("[data-select-all]");
  if (!holder) return;
  const all = holder.querySelector("input");
  const boxes = [...document.querySelectorAll('input[name="answer"][form="selection"]')];
  if (!boxes.length) return;

  const reflect = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", reflect);
  // After "back" the browser ticks the boxes again by itself.
  window.addEventListener("pageshow", reflect);
  holder.hidden = false;
})();
