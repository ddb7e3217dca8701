// What htmx does not: when to ask for news, and what to say when no answer comes.
(() => {
  "use strict";

  const seconds = Number(document.body.dataset.pollSeconds);
  const offline = document.getElementById("offline");

  // A hidden tab asks for nothing; it asks once when somebody looks at it again.
  const poll = () => {
    if (document.hidden || !window.htmx) return;
    document.querySelectorAll("[data-poll]").forEach((element) => window.htmx.trigger(element, "poll"));
  };
  setInterval(poll, seconds * 1000);
  document.addEventListener("visibilitychange", poll);

  const stockholmClock = () =>
    new Date()
      .toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" })
      .replace(":", ".");

  const reached = () => {
    offline.hidden = true;
    const updated = document.getElementById("updated");
    if (updated) updated.textContent = stockholmClock();
  };

  document.addEventListener("htmx:error", () => {
    offline.hidden = false;
  });

  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status >= 500) offline.hidden = false;
    else reached();
  });

  // The tab's title carries the number that the menu shows.
  document.addEventListener("htmx:after:swap", () => {
    const menu = document.getElementById("menu-inbox");
    if (!menu) return;
    const count = Number(menu.dataset.count);
    const words = document.title.replace(/^\(\d+\) /, "");
    document.title = count ? `(${count}) ${words}` : words;
  });

  // An error summary takes focus, so that a screen reader begins with what went wrong.
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
