// Dark or light: [data-theme-toggle] turns it over; the system's wish holds until then.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (wish) => {
  if (!localStorage.getItem("theme")) document.documentElement.dataset.theme = wish.matches ? "dark" : "light";
});
