// Recording answers while a candidate asks: the keyboard, the lines of other hosts, a lost connection.
// Without this file, and without htmx, the forms are sent as any other.
(() => {
  "use strict";

  const LOOK_AGAIN = 4000; // milliseconds
  const search = document.getElementById("question-search");
  const results = () => document.getElementById("results");
  // What goes wrong stands above the form, which may be longer than the screen.
  const show = (note) => note?.scrollIntoView({ block: "nearest" });
  const say = (place, kind) => {
    place.querySelectorAll(":scope > .unsent").forEach((note) => note.remove());
    place.prepend(document.querySelector(`template[data-${kind}]`).content.cloneNode(true));
    show(place.querySelector(":scope > .unsent"));
  };
  const isRecording = (form) => form instanceof HTMLFormElement && form.closest(".pick") !== null;
  const isPage = (text) => /^\s*<!doctype/i.test(text);

  // --- Keyboard: down from the search through the answers found, and up again.
  const steps = () => [...results().querySelectorAll("[data-first-tap]")];
  const isFound = () => results().dataset.query === search.value.trim() && search.value.trim() !== "";

  const step = (event) => {
    const isDown = event.key === "ArrowDown";
    const at = steps().indexOf(event.target);
    if (event.isComposing || (!isDown && event.key !== "ArrowUp")) return;
    if (event.target !== search && at < 0) return;
    const next = event.target === search ? (isDown ? steps()[0] : null) : steps()[at + (isDown ? 1 : -1)];
    if (!next && (isDown || at !== 0)) return;
    event.preventDefault();
    (next || search).focus();
  };

  // Enter looks for what was typed; once that is found it leads to the first answer, and never records blindly.
  const enter = (event) => {
    if (event.key !== "Enter" || event.target !== search || event.isComposing) return;
    if (!isFound() || !steps().length) return;
    event.preventDefault();
    steps()[0].focus();
  };

  const nextQuestion = (event) => {
    if (!event.target.closest?.("[data-next-question]")) return;
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    search.focus();
  };

  // On a phone the keys cover half of the page: what is found stands in the other half.
  const makeRoom = () => {
    if (matchMedia("(max-width: 40rem), (max-height: 30rem)").matches) search.form.scrollIntoView();
  };

  // What was typed before this file had come is looked for as well.
  const findTyped = () => {
    if (search.value.trim() !== results().dataset.query.trim()) search.form.requestSubmit();
  };

  // --- What others record meanwhile, as long as someone looks at the page.
  const look = () => {
    const soFar = document.getElementById("so-far");
    if (document.visibilityState === "visible" && soFar?.hasAttribute("hx-get")) htmx.trigger(soFar, "look");
  };

  // --- A connection lost: what was typed stays, and the same form may be sent again.
  const unsent = (event) => {
    const sender = event.detail.elt;
    if (isRecording(sender)) say(sender, "unsent");
    else if (sender.classList.contains("find")) say(results(), "not-found");
  };

  const answered = (event) => {
    const { requestConfig, xhr } = event.detail;
    const sender = requestConfig.elt; // the event's own element is the place that the answer goes to
    if (xhr.status === 422 && isRecording(sender) && !isPage(xhr.responseText)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status >= 400 || isPage(xhr.responseText)) {
      // A page in the place of a part: signed out, or refused by something on the way.
      event.detail.shouldSwap = false;
      if (isRecording(sender)) say(sender, "turned-away");
    } else if (event.detail.target?.id === "results") {
      keepUnsaid();
    }
  };

  // A form in which something was typed stays above the next results.
  const isTyped = (form) =>
    form.querySelector(".unsent") !== null ||
    [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
  const keepUnsaid = () => {
    for (const form of results().querySelectorAll(".pick form")) {
      if (isTyped(form)) document.getElementById("kept").append(form.closest(".pick"));
    }
  };

  const swapped = (event) => {
    if (event.detail.xhr?.status === 422) show(document.querySelector(".pick .error-summary"));
    for (const button of document.querySelectorAll("[data-next-question]")) button.hidden = false;
    for (const kept of document.getElementById("kept").querySelectorAll(".pick[id]")) {
      for (const twin of document.querySelectorAll(`#results [id="${kept.id}"]`)) twin.remove();
    }
  };

  const guard = (event) => {
    if (document.querySelector(".pick .unsent")) event.preventDefault();
  };

  document.addEventListener("keydown", enter);
  document.addEventListener("keydown", step);
  document.addEventListener("click", nextQuestion);
  search.addEventListener("focus", makeRoom);
  document.addEventListener("htmx:sendError", unsent);
  document.addEventListener("htmx:timeout", unsent);
  document.addEventListener("htmx:beforeSwap", answered);
  document.addEventListener("htmx:afterSettle", swapped);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("load", findTyped);
  window.addEventListener("beforeunload", guard);
  setInterval(look, LOOK_AGAIN);
})();
