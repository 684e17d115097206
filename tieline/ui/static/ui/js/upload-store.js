// Files that are on their way up, kept in this browser until they have arrived, so that a reload can go on with them.
function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("tieline-files", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}
async function act(mode, does) {
  const database = await opened();
  return new Promise((done, failed) => {
    const asked = does(database.transaction("files", mode).objectStore("files"));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  }).finally(() => database.close());
}
// a browser may refuse to keep anything (private windows); then an interrupted file is only chosen again
const quietly = (work) => work.catch(() => undefined);

window.tielineFiles = {
  keep: (key, file) => quietly(act("readwrite", (files) => files.put(file, key))),
  find: (key) => quietly(act("readonly", (files) => files.get(key))),
  drop: (key) => quietly(act("readwrite", (files) => files.delete(key))),
};
