// A change in place shows at once what it asks for; when it is refused, what stood there comes back with the sentence.
// Sending never does: its forms bear no data-optimistic, and a message stands in the case once the server has it.
const showing = new Map();

const wantedOf = (form, button) => {
  const choice = button?.dataset.shown;
  if (choice) return [[form.dataset.optimistic, choice]];
  return [...form.querySelectorAll("select[data-shows-as]")]
    .filter((select) => select.selectedOptions[0] && !select.selectedOptions[0].defaultSelected)
    .map((select) => [select.dataset.showsAs, select.selectedOptions[0].textContent]);
};
function put(field, words) {
  const shown = document.querySelector(`#case-head [data-shows="${field}"]`);
  const place = shown?.querySelector(".chip") ?? shown;
  if (!place) return null;
  const before = [...place.childNodes].map((node) => node.cloneNode(true));
  place.textContent = words;
  place.classList.add("not-yet");
  return () => {
    place.replaceChildren(...before);
    place.classList.remove("not-yet");
  };
}
function add(field) {
  const label = document.createElement("span");
  label.className = "label not-yet";
  label.textContent = field.value.trim();
  field.closest("details").before(label);
  return () => label.remove();
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("form[data-optimistic]");
  if (!form) return;
  const button = event.detail.requestConfig.triggeringEvent?.submitter;
  const back = wantedOf(form, button).map(([field, words]) => put(field, words));
  const added = form.querySelector("[data-shows-new]");
  showing.set(event.detail.xhr, { form, back: added ? [add(added)] : back, keepsWords: Boolean(added) });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const shown = showing.get(event.detail.xhr);
  showing.delete(event.detail.xhr);
  if (!shown || event.detail.successful) return;
  for (const takeBack of shown.back) takeBack?.();
  if (!shown.keepsWords) shown.form.reset();
});
// "Keep theirs": what stands there now is shown, and the question goes.
document.addEventListener("click", (event) => {
  const keep = event.target.closest("[data-dismiss-to]");
  if (!keep || !document.getElementById("case")) return;
  event.preventDefault();
  keep.closest("[data-toast]").remove();
  window.htmx.ajax("GET", keep.dataset.dismissTo, { target: "#case", swap: "none" }).catch(() => {});
});
