// A change in place shows at once what it asks for; when it is refused, what stood there comes back with the sentence.
const showing = new Map();

const wantedOf = (form, button) => {
  const choice = button?.name && button.dataset.shown ? button.dataset.shown : "";
  if (choice) return [[form.dataset.optimistic, choice]];
  return [...form.querySelectorAll("select[data-shows-as]")]
    .filter((select) => select.selectedOptions[0] && !select.selectedOptions[0].defaultSelected)
    .map((select) => [select.dataset.showsAs, select.selectedOptions[0].textContent]);
};
function put(field, words) {
  const place = document.querySelector(`#case-head [data-shows="${field}"]`);
  if (!place) return null;
  const before = [...place.childNodes].map((node) => node.cloneNode(true));
  place.textContent = words;
  place.classList.add("pending");
  return () => {
    place.replaceChildren(...before);
    place.classList.remove("pending");
  };
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("form[data-optimistic]");
  if (!form) return;
  const button = event.detail.requestConfig.triggeringEvent?.submitter;
  showing.set(event.detail.xhr, { form, back: wantedOf(form, button).map(([field, words]) => put(field, words)) });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const shown = showing.get(event.detail.xhr);
  showing.delete(event.detail.xhr);
  if (!shown || event.detail.successful) return;
  for (const takeBack of shown.back) takeBack?.();
  shown.form.reset();
});
// "Keep theirs": what stands there now is shown, and the question goes.
document.addEventListener("click", (event) => {
  const keep = event.target.closest("[data-dismiss-to]");
  if (!keep || !document.getElementById("case")) return;
  event.preventDefault();
  keep.closest("[data-toast]").remove();
  window.htmx.ajax("GET", keep.dataset.dismissTo, { target: "#case", swap: "none" }).catch(() => {});
});
