// What htmx does not: when to ask for news, and what to say when no answer comes.
(() => {
  "use strict";

  const seconds = Number(document.body.dataset.pollSeconds);
  const banner = document.getElementById("offline");
  const unreachable = banner.textContent;
  let ended = false;

  const say = (words) => {
    banner.textContent = words;
    banner.hidden = false;
  };

  // A hidden tab asks for nothing; it asks once when somebody looks at it again.
  const poll = () => {
    if (document.hidden || ended) return;
    document.querySelectorAll("[data-poll]").forEach((element) => window.htmx.trigger(element, "poll"));
  };
  if (window.htmx) {
    document.documentElement.classList.add("htmx");
    setInterval(poll, seconds * 1000);
    document.addEventListener("visibilitychange", poll);
  } else if (document.querySelector("[data-poll]")) {
    say("Sidan uppdateras inte av sig själv just nu. Ladda om den för att se det senaste.");
  }

  const stockholmClock = () =>
    new Date()
      .toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" })
      .replace(":", ".");

  const reached = () => {
    banner.hidden = true;
    const updated = document.getElementById("updated");
    if (updated) updated.textContent = stockholmClock();
  };

  const unsent = () => [...document.querySelectorAll("textarea:not([readonly])")].some((box) => box.value !== box.defaultValue);

  // The session is over: the tab goes to the sign-in page, unless that would throw away what somebody has written.
  const sessionEnded = (event) => {
    if (!unsent()) return;
    event.preventDefault();
    ended = true;
    document.body.classList.add("ended");
    document.querySelector("h1").textContent = "Du har blivit utloggad";
    say("Du har blivit utloggad. Det du skrev är inte skickat – kopiera det och ladda sedan om sidan för att logga in.");
  };

  document.addEventListener("htmx:error", () => say(unreachable));

  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail.ctx.response.status;
    if (status === 401) sessionEnded(event);
    else if (status >= 500) say(unreachable);
    else if (!ended) reached();
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
