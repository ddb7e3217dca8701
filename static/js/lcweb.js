// What htmx does not: when to ask for news, and what to say when no answer comes.
(() => {
  "use strict";

  const seconds = Number(document.body.dataset.pollSeconds);
  const banner = document.getElementById("offline");
  const unreachable = banner.textContent;
  let ended = false;

  const say = (words) => Object.assign(banner, { textContent: words, hidden: false });

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

  const drafts = []; // of each form that is saved while it is written: whether something in it is not saved yet
  const unsent = () =>
    drafts.some((unsaved) => unsaved()) ||
    [...document.querySelectorAll("textarea:not([readonly])")].some((box) => box.value !== box.defaultValue);

  // The session is over: the tab goes to the sign-in page, unless that would throw away what somebody has written.
  const sessionEnded = (event) => {
    if (!unsent()) return;
    event?.preventDefault();
    ended = true;
    document.body.classList.add("ended");
    document.querySelector("h1").textContent = "Du har blivit utloggad";
    say("Du har blivit utloggad. Det du skrev är inte skickat – kopiera det och ladda sedan om sidan för att logga in.");
  };

  document.addEventListener("session:ended", sessionEnded);
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

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  const post = (address, body) =>
    fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: String(body).length < 60000 });

  // Drafts live on the server alone: ten seconds after a change, when a field is left, and when the page is.
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const status = form.querySelector("#draft-status");
    const typed = () => String(new URLSearchParams(new FormData(form)));
    let saved = "unsaved" in form.dataset ? "" : typed();
    let sending = null, timer, again;
    const later = () => (timer ||= setTimeout(save, 10000));
    const save = async () => {
      timer = again = clearTimeout(timer);
      const body = typed();
      if (ended || body === saved || body === sending) return;
      if (sending !== null && !document.hidden) return void (again = true); // one after the other, or an older one might win
      sending = body;
      try {
        const answer = await post(form.dataset.draft, new URLSearchParams(body));
        if (answer.status === 401) return sessionEnded();
        if (answer.ok) saved = body;
        else if (answer.status >= 500) later();
        const known = answer.headers.get("Content-Type").startsWith("text/plain");
        status.textContent = known ? await answer.text() : "Utkastet kunde inte sparas. Texten står kvar här.";
      } catch {
        status.textContent = "Utkastet är inte sparat: servern går inte att nå. Vi försöker igen.";
        later();
      } finally {
        sending = null;
        if (again) save();
      }
    };
    drafts.push(() => typed() !== saved);
    status.textContent = "Utkastet sparas automatiskt.";
    form.addEventListener("input", later);
    const discard = document.getElementById("own-draft");
    form.addEventListener("focusout", (event) => (discard && event.relatedTarget?.form === discard) || save());
    [form, discard].forEach((left) => left?.addEventListener("submit", () => (saved = typed())));
    document.addEventListener("visibilitychange", () => document.hidden && save());
    ["pagehide", "session:ending"].forEach((moment) => addEventListener(moment, save));
    if (saved === "") save();
  });

  // What a poll brought counts as opened when somebody then does something with it in sight; never by the poll.
  let opening = false;
  const opened = () => {
    const fresh = [...document.querySelectorAll("[data-unopened]")].filter((message) => {
      const { top, bottom } = message.getBoundingClientRect();
      return top < innerHeight && bottom > 0;
    });
    if (!fresh.length || opening || ended || document.hidden) return;
    opening = true;
    const csrf_token = document.querySelector("[name=csrf_token]").value;
    const up_to = Math.max(...fresh.map((message) => message.dataset.unopened));
    const { opened: address, version } = document.getElementById("thread").dataset;
    const forms = version ? document.querySelectorAll("[name=version]") : []; // a begun answer may then follow it
    post(address, new URLSearchParams({ csrf_token, up_to }))
      .then((answer) => (answer.status === 401 ? sessionEnded() : (forms.forEach((field) => (field.value = version)), poll())), () => say(unreachable))
      .finally(() => (opening = false));
  };
  ["pointerdown", "keydown", "wheel", "touchmove"].forEach((act) => addEventListener(act, opened, { passive: true }));
  addEventListener("focus", opened);

  // Phrases and outlines go in where the cursor was, without a request, and undo takes them out again.
  document.querySelectorAll("textarea").forEach((box) => box.setSelectionRange(box.value.length, box.value.length));
  document.addEventListener("click", (event) => {
    const words = document.querySelector(event.target.closest("[data-insert]")?.dataset.insert ?? "html").dataset.text;
    if (!words) return; // when nothing is chosen the form goes to the server, which says so
    event.preventDefault();
    const box = document.getElementById("body");
    box.focus();
    const text = (/\S$/.test(box.value.slice(0, box.selectionStart)) ? "\n" : "") + words;
    document.execCommand("insertText", false, text) || box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  });

  // An error summary takes focus, so that a screen reader begins with what went wrong.
  document.getElementById("error-summary")?.focus();
})();
