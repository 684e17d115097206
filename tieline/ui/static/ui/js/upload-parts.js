// Bringing one file up part by part; after an interruption it goes on where the server says it is.
const PART = 1024 * 1024;
const TRIES = 6;

class Refused extends Error {}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function sentence(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("p")?.textContent.trim() || "The server did not take it.";
}
async function reached(address, signal) {
  const answer = await fetch(address, { method: "HEAD", signal });
  if (answer.status === 404) throw new Refused("This file is not awaited any more.");
  if (!answer.ok) throw new Error(String(answer.status));
  return Number(answer.headers.get("Upload-Offset"));
}
async function sendPart(file, offset, address, token, signal) {
  const headers = {
    "X-CSRFToken": token,
    "HX-Request": "true",
    "Upload-Offset": String(offset),
    "Content-Type": "application/offset+octet-stream",
  };
  const body = await file.slice(offset, offset + PART).arrayBuffer();
  const answer = await fetch(address, { method: "PATCH", headers, body, signal });
  const now = answer.headers.get("Upload-Offset");
  if (now !== null) return Number(now);
  if (answer.status >= 500) throw new Error(String(answer.status));
  throw new Refused(await sentence(answer));
}
async function send(file, address, { token, told, signal }) {
  let offset = null;
  let failures = 0;
  while (offset === null || offset < file.size) {
    try {
      offset = offset === null ? await reached(address, signal) : await sendPart(file, offset, address, token, signal);
      failures = 0;
      told(Math.floor((offset * 100) / file.size));
    } catch (problem) {
      if (signal.aborted || problem instanceof Refused || (failures += 1) > TRIES) throw problem;
      await pause(300 * 2 ** failures);
      offset = null;
    }
  }
}
async function announce(file, address, token) {
  const body = new FormData();
  body.set("mode", document.querySelector("[data-composer] [name=mode]:checked")?.value ?? "reply");
  for (const [name, said] of Object.entries({ name: file.name, type: file.type, size: file.size })) body.set(name, said);
  const headers = { "X-CSRFToken": token, "HX-Request": "true" };
  const answer = await fetch(address, { method: "POST", headers, body });
  if (answer.status !== 201) throw new Refused(await sentence(answer));
  return answer.json();
}

window.tielineParts = { announce, send, Refused };
