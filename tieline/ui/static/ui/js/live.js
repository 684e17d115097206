// Live updates: the live process says which cases changed; the page fetches what it may see.
// While it is silent a banner says so, and the page asks every 15 seconds.
const address = document.body.dataset.live;
const state = document.querySelector("[data-live-state]");
const POLL = 15_000;
let poll = null;
let wait = null;

const tell = (numbers) => document.dispatchEvent(new CustomEvent("cases-changed", { detail: { numbers } }));

function connected() {
  clearTimeout(wait);
  clearInterval(poll);
  [wait, poll] = [null, null];
  if (!state.hidden) tell([]);
  state.hidden = true;
}
function lost() {
  if (wait || poll) return;
  wait = setTimeout(() => {
    state.hidden = false;
    poll = setInterval(tell, POLL, []);
  }, 2500);
}
function listen() {
  const source = new EventSource(address, { withCredentials: true });
  source.addEventListener("open", connected);
  source.addEventListener("case", (event) => {
    const news = JSON.parse(event.data);
    tell((news.numbers || [news.number]).map(String));
  });
  source.addEventListener("caughtup", () => tell([]));
  source.addEventListener("error", () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, POLL);
  });
}
if (address && document.querySelector("[data-list]")) listen();
