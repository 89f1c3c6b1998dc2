// What the answer editor needs beside markdownx's own script. Without this file the form still saves.
(() => {
  "use strict";

  const EDITOR = ".markdownx-editor";
  const LETTERS_PER_SECOND = 14; // of French or English said calmly
  const PAUSE = 500; // milliseconds without typing before a count is announced

  const editorOf = (event) =>
    event.target instanceof HTMLTextAreaElement && event.target.matches(EDITOR) ? event.target : null;

  // --- Keyboard: markdownx keeps Tab for indenting, so that the keyboard could never leave the editor.
  const freeTab = (event) => {
    if (event.key === "Tab" && editorOf(event)) event.stopPropagation();
  };

  // --- Images: markdownx takes every reply for a success and writes errors into the text.
  const say = (editor, words, isError = false) => {
    const status = editor.closest(".markdownx").querySelector("[data-upload-status]");
    if (!status) return;
    status.textContent = words;
    status.classList.toggle("errorlist", isError);
    status.classList.toggle("hint", !isError);
  };

  const csrfToken = (editor) => editor.form.querySelector("input[name='csrfmiddlewaretoken']").value;

  const insertImage = (editor, code) => {
    const start = editor.selectionStart;
    editor.setRangeText(code, start, editor.selectionEnd, "end");
    editor.focus();
    // Between the brackets of ![](…), where the description goes.
    editor.setSelectionRange(start + 2, start + 2);
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const send = async (editor, file) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", csrfToken(editor));
    body.append("image", file);
    const reply = await fetch(editor.dataset.markdownxUploadUrlsPath, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "XMLHttpRequest" },
    });
    // A refusal may also come from a proxy or the CSRF check, which answer with a page.
    return reply.json().catch(() => ({}));
  };

  const upload = async (editor, files) => {
    const words = editor.closest(".markdownx").dataset;
    editor.setAttribute("aria-busy", "true");
    for (const file of files) {
      say(editor, words.uploadingWords);
      try {
        const reply = await send(editor, file);
        if (reply.image_code) {
          insertImage(editor, reply.image_code);
          say(editor, words.uploadedWords);
        } else {
          say(editor, reply.error || words.failedWords, true);
        }
      } catch {
        say(editor, words.failedWords, true);
      }
    }
    editor.removeAttribute("aria-busy");
  };

  const takeFiles = (event) => {
    const editor = editorOf(event);
    const files = (event.clipboardData || event.dataTransfer)?.files;
    if (!editor || !files?.length) return;
    event.preventDefault();
    event.stopPropagation();
    upload(editor, [...files]);
  };

  const openPicker = (event) => {
    const picker = event.target.closest?.("[data-image-picker]");
    if (picker && event.target.closest("button")) picker.querySelector("input").click();
  };

  const takePicked = (event) => {
    const picker = event.target.closest?.("[data-image-picker]");
    if (!picker || !event.target.files?.length) return;
    upload(picker.closest(".markdownx").querySelector(EDITOR), [...event.target.files]);
    event.target.value = "";
  };

  // --- Preview: a whole page instead of a fragment is a refusal, not the reader's text.
  const checkPreview = (event) => {
    const preview = event.target.querySelector?.(".markdownx-preview");
    if (!preview || !/^\s*<!doctype/i.test(event.detail?.[0] ?? "")) return;
    preview.textContent = event.target.dataset.noPreviewWords;
  };

  // markdownx replaces the preview whole: whoever stood on a link in it would be thrown out of the form.
  let stood = null;
  const noteLink = ({ target }) => {
    const preview = target.closest?.(".markdownx-preview");
    stood = preview && { preview, place: [...preview.querySelectorAll("a")].indexOf(target) };
  };

  const standAgain = ({ target }) => {
    const preview = target.querySelector?.(".markdownx-preview");
    if (!preview || stood?.preview !== preview || document.activeElement !== document.body) return;
    (preview.querySelectorAll("a")[stood.place] ?? target.querySelector(EDITOR)).focus();
  };

  const namePreview = (parent) => {
    const label = parent.querySelector(EDITOR)?.labels?.[0]?.firstChild?.textContent.trim();
    const preview = parent.querySelector(".markdownx-preview");
    if (label) preview.setAttribute("aria-label", parent.dataset.previewWords.replace("{field}", label));
  };

  // --- Counter: <output data-counter-for="id" data-words="{count}/{limit} …, {seconds} …">
  const count = (counter, text) => {
    const letters = [...text.value].length;
    counter.textContent = counter.dataset.words
      .replace("{count}", letters)
      .replace("{limit}", text.maxLength)
      .replace("{seconds}", Math.ceil(letters / LETTERS_PER_SECOND));
  };

  const watchLength = (counter) => {
    const text = document.getElementById(counter.dataset.counterFor);
    if (!text) return;
    let pause;
    text.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => count(counter, text), PAUSE);
    });
    count(counter, text);
  };

  // --- Unsaved text: <form data-guard-unsaved>, or ="unsaved" when it comes back with what was typed.
  const guard = (form) => {
    let unsaved = form.dataset.guardUnsaved === "unsaved";
    form.addEventListener("input", () => {
      unsaved = true;
    });
    form.addEventListener("submit", () => {
      unsaved = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (unsaved) event.preventDefault();
    });
  };

  const start = () => {
    document.querySelectorAll("[data-counter-for]").forEach(watchLength);
    document.querySelectorAll("form[data-guard-unsaved]").forEach(guard);
    document.querySelectorAll(".markdownx").forEach(namePreview);
    for (const picker of document.querySelectorAll("[data-image-picker]")) picker.hidden = false;
  };

  // In the capture phase, so before markdownx's listeners on the editor itself.
  document.addEventListener("keydown", freeTab, true);
  document.addEventListener("paste", takeFiles, true);
  document.addEventListener("drop", takeFiles, true);
  document.addEventListener("click", openPicker);
  document.addEventListener("change", takePicked);
  document.addEventListener("focusin", noteLink);
  document.addEventListener("markdownx.update", checkPreview, true);
  document.addEventListener("markdownx.update", standAgain, true);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
