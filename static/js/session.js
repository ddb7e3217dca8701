// When the session ends: an open page says so beforehand, and learns the true end from the server. Nothing is kept in
// the browser, and nothing but the person's own press of the button puts the end off.
(() => {
  "use strict";

  const { sessionSeconds, sessionWhy, warnedBefore } = document.body.dataset;
  // Tabs tell each other only that something has happened; what, each asks the server.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  if (sessionSeconds === undefined) return void tabs?.postMessage("look"); // nobody's page: perhaps somebody just left

  const region = document.getElementById("session");
  const asksAgain = 15; // seconds, while the warning stands: another tab may have put the end off
  const asHtmx = { "HX-Request": "true" };
  let due = 0, warned = null, over = false, timer, before = null;

  const lookIn = (seconds) => {
    const milliseconds = Math.min(seconds, 3600) * 1000; // a computer that slept has a late clock
    due = Date.now() + milliseconds;
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds);
  };

  // Said once: what already stands there is not put there anew.
  const warn = (why) => {
    if (warned === why) return;
    warned = why;
    region.replaceChildren(document.getElementById(`session-${why}`).content.cloneNode(true));
    dispatchEvent(new Event("session:ending")); // what has been written is saved while it can be
  };

  const unwarn = () => {
    if (region.contains(document.activeElement)) (before?.isConnected ? before : document.querySelector("main")).focus();
    region.replaceChildren();
    warned = null;
  };

  const learn = ({ seconds, why }) => {
    const left = Number(seconds), calm = left - Number(warnedBefore);
    if (calm > 0) {
      unwarn();
      lookIn(calm);
    } else {
      warn(why);
      lookIn(Math.min(left + 1, asksAgain));
    }
  };

  const end = (address) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    unwarn();
    // Where something is written, lcweb.js keeps it to be copied and hides the patient.
    if (document.dispatchEvent(new Event("session:ended", { cancelable: true }))) location.assign(address);
  };

  const ask = async (address, options) => {
    try {
      const answer = await fetch(address, { headers: asHtmx, ...options });
      if (answer.status === 401) return end(answer.headers.get("HX-Redirect") ?? "/logga-in");
      if (!answer.ok) throw new Error(answer.status);
      learn(await answer.json());
      return true;
    } catch {
      lookIn(asksAgain); // lcweb.js says that the server cannot be reached
    }
  };

  const look = () => document.hidden || over || ask("/poll/session");

  region.addEventListener("focusin", (event) => {
    if (event.relatedTarget && !region.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  region.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    if (await ask(event.target.action, { method: "POST", body })) tabs?.postMessage("look");
  });
  document.addEventListener("visibilitychange", () => Date.now() >= due && look());
  tabs?.addEventListener("message", () => ((due = 0), look()));

  // A page that the browser kept as it was may show a patient to whoever comes next: it is fetched anew.
  addEventListener("pagehide", (event) => event.persisted && document.body.classList.add("left"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  learn({ seconds: sessionSeconds, why: sessionWhy });
})();
