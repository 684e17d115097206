// Before the first paint: the theme and the folds this browser remembers.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = localStorage.getItem("theme") || (dark ? "dark" : "light");
  for (const side of ["left", "right"]) {
    if (localStorage.getItem(`fold-${side}`)) root.setAttribute(`data-fold-${side}`, "");
  }
  const width = localStorage.getItem("list-width");
  if (width) root.style.setProperty("--list-width", width);
})();
