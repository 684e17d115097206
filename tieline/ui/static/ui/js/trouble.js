// Trouble: a refusal can be dismissed and goes when the next act succeeds; a lost connection is said plainly.
const region = document.getElementById("refusal");
const clear = () => region.replaceChildren();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) clear();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const isAct = event.detail.requestConfig?.verb !== "get";
  if (isAct && event.detail.successful) clear();
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig?.verb === "get") return;
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = document.createElement("p");
  words.textContent = "No connection. Nothing was sent; what you wrote is still here. Try again.";
  toast.append(words);
  region.replaceChildren(toast);
});
