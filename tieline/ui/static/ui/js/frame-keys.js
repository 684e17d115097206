// Keys work although a message's frame has the focus: what is pressed in it is pressed on the page too, and what the
// page has no use for stays the frame's. A frame that is closed to us keeps its keys until the pointer leaves it.
const lent = new WeakSet();

function lend(frame) {
  const inside = frame.contentDocument;
  if (!inside || lent.has(inside)) return;
  lent.add(inside);
  inside.addEventListener("keydown", (event) => {
    const again = new KeyboardEvent("keydown", event);
    if (!frame.dispatchEvent(again)) event.preventDefault();
  });
}
for (const frame of document.querySelectorAll("iframe[data-lends-keys]")) {
  frame.addEventListener("load", () => lend(frame));
  lend(frame);
}
document.addEventListener("pointerout", (event) => {
  if (event.target.nodeName === "IFRAME" && document.activeElement === event.target) event.target.blur();
});
