// Who gets a reply: "Reply" means the requester alone, "Reply to all" everybody in copy; the button says how many, and
// an address that is nobody's on this case is named before it is written to.
const typed = (field) => field.value.split(/[\s,;]+/).filter((word) => word.includes("@"));

function chosen(form) {
  const ticked = [...form.querySelectorAll("[data-copy]:checked")].map((box) => box.value);
  return [...new Set([...ticked, ...typed(form.querySelector("[data-more]"))].map((one) => one.toLowerCase()))];
}
function tell(form) {
  const box = form.querySelector("[data-recipients]");
  const words = form.querySelector("[data-send] span");
  if (!box || !words) return;
  words.dataset.alone ??= words.textContent;
  const copies = chosen(form);
  const at = words.dataset.alone.split(" at ").slice(1).join(" at ");
  const many = `Send to ${copies.length + 1} people${at ? ` at ${at}` : ""}`;
  words.textContent = copies.length ? many : words.dataset.alone;
  const known = box.dataset.known.toLowerCase().split(/\s+/);
  const strange = copies.filter((one) => !known.includes(one));
  const warning = box.querySelector("[data-strange]");
  warning.hidden = !strange.length;
  warning.querySelector("b").textContent = strange.join(", ");
}
document.addEventListener("change", (event) => {
  const mode = event.target.closest("[data-composer] [name=mode]")?.value;
  if (mode === "reply" || mode === "all") {
    const form = document.querySelector("[data-write=reply]");
    for (const box of form.querySelectorAll("[data-copy]")) box.checked = mode === "all";
    tell(form);
  }
  if (event.target.matches("[data-copy]")) tell(event.target.form);
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-more]")) tell(event.target.form);
});
