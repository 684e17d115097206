// Words selected in a colleague's draft become what a comment is about.
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const draft = selection.anchorNode?.parentElement?.closest("[data-draft-words]");
  const about = document.querySelector("[data-about-words]");
  const words = selection.toString().trim();
  if (draft && about && words && draft.contains(selection.focusNode)) about.value = words;
});
