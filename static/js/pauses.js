// While the last day of a pause is chosen: on which day digests resume. The page says it again once saved.
(() => {
  "use strict";

  const status = document.querySelector("[data-pause-until]");
  const field = status && document.getElementById(status.dataset.pauseUntil);
  if (!field) return;
  const language = document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "long",
    day: "numeric",
    month: "long",
  });

  const inWords = (day) => {
    const said = Object.fromEntries(format.formatToParts(day).map(({ type, value }) => [type, value]));
    const number = language === "fr" && said.day === "1" ? "1er" : said.day;
    return `${said.weekday} ${number}\u00a0${said.month}`;
  };

  // Digests come from Monday to Friday.
  const dayOfReturn = (until) => {
    const day = new Date(until);
    do day.setDate(day.getDate() + 1);
    while (day.getDay() === 0 || day.getDay() === 6);
    return day;
  };

  const show = () => {
    const until = new Date(`${field.value}T12:00`); // noon: no change of hour moves the day
    const isPast = Number.isNaN(until.getTime()) || until < new Date().setHours(0, 0, 0, 0);
    // Of a pause that is saved the page says it above.
    status.hidden = isPast || field.value === field.defaultValue;
    status.textContent = status.hidden ? "" : status.dataset.text.replace("{day}", inWords(dayOfReturn(until)));
  };

  field.after(status);
  field.addEventListener("input", show);
  window.addEventListener("pageshow", show);
})();
