// Live updates: the live process says which cases changed; the page fetches what it may see.
// While it is silent a banner says so, and the page asks every 15 seconds. Coming back, it says how far it had heard.
const address = document.body.dataset.live;
const state = document.querySelector("[data-live-state]");
const POLL = 15_000;
let heard = "";
let poll = null;
let wait = null;

const tell = (numbers) => document.dispatchEvent(new CustomEvent("cases-changed", { detail: { numbers } }));

function connected() {
  clearTimeout(wait);
  clearInterval(poll);
  [wait, poll] = [null, null];
  if (!state.hidden) tell([]);
  state.hidden = true;
  document.dispatchEvent(new Event("live-back"));
}
function lost() {
  if (wait || poll) return;
  wait = setTimeout(() => {
    state.hidden = false;
    poll = setInterval(tell, POLL, []);
  }, 2500);
}
function listen() {
  const source = new EventSource(heard ? `${address}?heard=${heard}` : address, { withCredentials: true });
  source.addEventListener("open", connected);
  source.addEventListener("case", (event) => {
    heard = event.lastEventId || heard;
    const news = JSON.parse(event.data);
    tell((news.numbers || [news.number]).map(String));
  });
  source.addEventListener("presence", (event) => {
    document.dispatchEvent(new CustomEvent("presence-changed", { detail: JSON.parse(event.data) }));
  });
  source.addEventListener("draft", (event) => {
    const shown = document.querySelector("[data-case]")?.dataset.case;
    if (shown === JSON.parse(event.data).number) window.htmx.trigger(document.body, "draft-news");
  });
  source.addEventListener("caughtup", (event) => {
    heard = event.lastEventId || heard;
    tell([]);
  });
  source.addEventListener("error", () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, POLL);
  });
}
if (address && document.querySelector("[data-list], [data-live-page]")) listen();
