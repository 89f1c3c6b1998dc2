// Says on the page what the security key scripts would tell the console only.
(() => {
  "use strict";

  document.addEventListener("allauth.error", (event) => {
    const notice = document.querySelector("[data-key-problem]");
    if (!notice) return;
    event.preventDefault();
    notice.hidden = false;
    notice.focus();
  });
})();
