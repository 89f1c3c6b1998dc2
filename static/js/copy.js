// Copying what a field holds. Without this file there is no button, and the field can be selected.
(() => {
  "use strict";

  const copy = async (field) => {
    field.select();
    // The clipboard is there on secure addresses only; the older way also works elsewhere.
    if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
    else if (!document.execCommand("copy")) throw new Error("not copied");
  };

  for (const holder of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(holder.dataset.copy);
    const status = holder.querySelector("[role=status]");
    holder.querySelector("button").addEventListener("click", () => {
      copy(field).then(
        () => (status.textContent = status.dataset.done),
        () => (status.textContent = status.dataset.failed),
      );
    });
    holder.hidden = false;
  }
})();
