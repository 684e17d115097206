// Two versions of a draft: the other is shown beside the field, and its writer decides; nothing is written over.
const { save, forget, formOf, keepHere, newsOf } = window.tielineDrafts;

function put(field, text) {
  field.value = text;
  field.focus();
  keepHere(field);
  save(field);
}
function button(name, does) {
  const made = document.createElement("button");
  [made.type, made.className, made.textContent] = ["button", "button", name];
  made.addEventListener("click", () => {
    const news = made.closest("[data-draft-news]");
    does();
    news.replaceChildren();
  });
  return made;
}
function element(tag, className, text) {
  const made = document.createElement(tag);
  [made.className, made.textContent] = [className, text];
  return made;
}
document.addEventListener("draft-kept-here", ({ target: field, detail: text }) => {
  const box = element("div", "", "");
  const acts = element("p", "stale-acts", "");
  acts.append(
    button("Take them", () => put(field, text)),
    button("Put them below", () => put(field, `${field.value}\n\n${text}`)),
    button("Drop them", () => forget(field)),
  );
  const words = element("p", "", "This browser holds words that never reached the server:");
  box.append(words, element("div", "message-text", text), acts);
  newsOf(field).replaceChildren(box);
});
document.addEventListener("draft-differs", ({ target: field, detail: fragment }) => {
  const page = new DOMParser().parseFromString(fragment, "text/html");
  const found = page.querySelector(".draft-conflict, .toast");
  if (found) newsOf(field).replaceChildren(found);
});
document.addEventListener("click", (event) => {
  const news = event.target.closest("[data-draft-news]");
  const other = news?.querySelector("[data-other-text]");
  if (!other || !event.target.closest("button")) return;
  const field = news.closest("form").querySelector("[data-draft]");
  const mine = field.value;
  formOf(field).elements.draft.value = other.dataset.version;
  if (event.target.closest("[data-keep-mine]")) put(field, mine);
  if (event.target.closest("[data-take-other]")) put(field, other.textContent);
  if (event.target.closest("[data-take-both]")) put(field, `${mine}\n\n${other.textContent}`);
  news.replaceChildren();
});
