// Small comforts only: every page works without this file.
(() => {
  "use strict";

  const isTyping = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("input, textarea, select"));

  const openMenus = () => document.querySelectorAll("details.menu[open]");

  const focusSearch = (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key !== "/" || modified || event.isComposing || isTyping(event.target)) return;
    const search = document.querySelector("[data-slash]") || document.getElementById("site-search");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  };

  const closeMenus = (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      const held = menu.contains(document.activeElement);
      menu.open = false;
      if (held) menu.querySelector("summary").focus();
    }
  };

  const closeMenusElsewhere = (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  };

  // The title tells a screen reader first that something needs mending.
  const focusErrorSummary = (root) => {
    const summary = root.querySelector(".error-summary");
    if (!summary) return;
    summary.focus();
    const word = summary.dataset.titlePrefix;
    if (word && !document.title.startsWith(word)) document.title = `${word} ${document.title}`;
  };

  // A button pressed twice sends its form once. The mark goes when the browser comes back to the page.
  const sent = new Set();
  const sendOnce = (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    else sent.add(form);
  };

  const start = () => focusErrorSummary(document);

  document.addEventListener("keydown", focusSearch);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("click", closeMenusElsewhere);
  document.addEventListener("submit", sendOnce);
  window.addEventListener("pageshow", () => sent.clear());
  document.addEventListener("htmx:afterSwap", (event) => focusErrorSummary(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
