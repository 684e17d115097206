// Presence: the page says which case it shows, whether its reader writes, and for how long their hands have rested.
const AGAIN = 15_000;
const WRITES_FOR = 6_000;
const RESTS_AFTER = 60_000;
let shown = "";
let address = "";
let told = "";
let moved = Date.now();
let typed = 0;

const token = () => document.querySelector("#case [name=csrfmiddlewaretoken]")?.value;
const doing = () => (Date.now() - typed < WRITES_FOR ? "typing" : "viewing");
const resting = () => Date.now() - moved >= RESTS_AFTER;

function say() {
  if (!shown || !token()) return;
  told = `${doing()} ${resting()}`;
  const rested = String(Math.floor((Date.now() - moved) / 1000));
  const body = new URLSearchParams({ doing: doing(), rested, csrfmiddlewaretoken: token() });
  fetch(address, { method: "POST", body, keepalive: true }).catch(() => {});
}
function leave(csrfmiddlewaretoken) {
  if (shown && csrfmiddlewaretoken) {
    navigator.sendBeacon(address, new URLSearchParams({ doing: "left", csrfmiddlewaretoken }));
  }
  shown = "";
}
let known = "";
function look() {
  const here = document.querySelector("#case [data-here]")?.dataset.here || "";
  if (here === address && shown) return;
  leave(known);
  [shown, address, known] = [here, here, token()];
  say();
}
function changed() {
  if (shown && told !== `${doing()} ${resting()}`) say();
}
function move() {
  moved = Date.now();
  changed();
}
for (const kind of ["keydown", "pointermove", "pointerdown", "wheel"]) {
  document.addEventListener(kind, move, { passive: true });
}
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  typed = Date.now();
  move();
});
setInterval(changed, 1000);
setInterval(say, AGAIN);
document.addEventListener("htmx:afterSettle", look);
addEventListener("pagehide", () => leave(known));
addEventListener("pageshow", look);
look();
