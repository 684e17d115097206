// Files come by choice, by drop and by paste; interrupted ones go on after a reload; nothing is sent while one arrives.
const { adder, cancel, makeRow, run, running, say } = window.tielineUploads;
const sources = new WeakMap();

function add(files) {
  const room = document.getElementById("files-room");
  for (const file of files) {
    const row = makeRow(file);
    sources.set(row, file);
    const left = Number(room.dataset.left);
    if (file.size > left) say(row, `Too large: ${room.textContent.replace(/^.*here\. /, "")}`);
    else run(row, file);
    row.classList.toggle("failed", file.size > left);
  }
}
const pasted = (file) =>
  new File([file], `pasted-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${file.type.split("/")[1]}`, {
    type: file.type,
  });

async function resume() {
  for (const row of document.querySelectorAll("[data-upload]:not([data-met])")) {
    row.dataset.met = "";
    if (running.has(row)) continue;
    const file = await window.tielineFiles.find(row.dataset.key);
    if (file) run(row, file);
    else say(row, "Interrupted, and not in this browser: take it away and choose it again");
  }
}
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-adder] input[type=file]")) return;
  add(target.files);
  target.value = "";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const composer = event.target.closest?.("[data-composer]");
    if (!composer || !adder() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    composer.classList.toggle("dropping", name === "dragenter" || name === "dragover");
    if (name === "drop") add(event.dataTransfer.files);
  });
}
document.addEventListener("paste", (event) => {
  const pictures = [...(event.clipboardData?.files ?? [])];
  if (!pictures.length || !adder() || !event.target.closest?.("[data-composer]")) return;
  event.preventDefault();
  add(pictures.map((file) => (file.name === "image.png" ? pasted(file) : file)));
});
document.addEventListener("click", ({ target }) => {
  const row = target.closest?.(".arriving");
  if (target.closest?.("[data-cancel]")) cancel(row);
  if (target.closest?.("[data-retry]")) window.tielineFiles.find(row.dataset.key).then((file) => run(row, file ?? sources.get(row)));
});
document.addEventListener("htmx:afterSettle", resume);
document.addEventListener("DOMContentLoaded", resume);
