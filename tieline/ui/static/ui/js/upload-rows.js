// A row for each file that is arriving: how far it is, why it stopped, try again, take it away.
const { announce, send, Refused } = window.tielineParts;
const kept = window.tielineFiles;
const running = new Map();

const adder = () => document.querySelector("[data-adder]");
const token = () => adder().elements.csrfmiddlewaretoken.value;
const say = (row, words) => (row.querySelector("[data-words]").textContent = words);

function makeRow(file) {
  const row = adder().querySelector("[data-row]").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name;
  adder().querySelector("[data-arrivals]").append(row);
  return row;
}
function stop(row, problem) {
  row.classList.add("failed");
  const words = problem instanceof Refused ? problem.message : "The connection was lost.";
  say(row, words);
  row.querySelector("[data-retry]").hidden = problem instanceof Refused;
}
async function run(row, file) {
  const control = new AbortController();
  running.set(row, { file, control });
  row.classList.remove("failed");
  row.querySelector("[data-retry]").hidden = true;
  try {
    if (!row.dataset.upload) await begin(row, file);
    const told = (percent) => {
      row.querySelector("progress").value = percent;
      say(row, `${percent} %`);
    };
    await send(file, row.dataset.upload, { token: token(), told, signal: control.signal });
    kept.drop(row.dataset.key);
    row.remove();
    running.delete(row);
    await window.htmx.ajax("GET", adder().action, { target: "#case", swap: "none" });
  } catch (problem) {
    running.delete(row);
    if (!control.signal.aborted) stop(row, problem);
  }
}
async function begin(row, file) {
  const { key, address } = await announce(file, adder().action, token());
  [row.dataset.key, row.dataset.upload] = [key, address];
  await kept.keep(key, file);
}
async function cancel(row) {
  running.get(row)?.control.abort();
  running.delete(row);
  row.remove();
  if (!row.dataset.upload) return;
  kept.drop(row.dataset.key);
  const headers = { "X-CSRFToken": token() };
  await window.htmx.ajax("DELETE", row.dataset.upload, { target: "#case", swap: "none", headers });
}

window.tielineUploads = { adder, cancel, makeRow, run, running, say, stop };
