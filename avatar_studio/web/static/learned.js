// What was learned from a person's pictures and this browser keeps: styles, and models, of which what is shown is in localStorage and the file
// of some megabytes in IndexedDB.
const MOST_STYLES = 12, MOST_MODELS = 8;
const styles = storedList("avatar-studio-styles", isStyle), models = storedList("avatar-studio-models", isModel);
const SHELF = "avatar-studio", modelFiles = new Map();  // id -> Blob, of this visit

function isStyle(one) { return /^own-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.file === "string"; }

function isModel(one) {
  return one?.kind in data.limits.edges && /^me-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.key === "string" && typeof one.avatar?.traits === "object"
    && /^data:image\/webp;base64,/.test(one.picture);
}

/** Calls gone(one) for each that leaves a list, whichever of the page's tabs deleted it. */
function whenGone(list, gone) {
  let before = list.all;
  list.changed.push(() => {
    const left = before.filter(({ id }) => !list.all.some((one) => one.id === id));
    before = list.all;
    if (avatar) left.forEach(gone);
  });
}

/** False when this browser could not store it: then it is here for this visit only. */
async function keepModel(model, file) {
  modelFiles.set(model.id, file);
  const filed = await file.arrayBuffer()  // Safari's private windows store no Blob
    .then((bytes) => onShelf("readwrite", (store) => store.put(bytes, model.id))).then(() => true, () => false);
  const listed = models.change((all) => [model, ...all.filter(({ id }) => id !== model.id)]);
  return filed && listed;
}

async function dropModel({ id, key }) {
  models.change((all) => all.filter((one) => one.id !== id));
  modelFiles.delete(id);
  await onShelf("readwrite", (store) => store.delete(id)).catch(() => {});
  await server.forget_model({ id, key });
}

/** A kept model's file, a Blob; null if this browser does not have it. */
async function modelFile(id) {
  const bytes = modelFiles.get(id) ?? await onShelf("readonly", (store) => store.get(id)).catch(() => null);
  return bytes ? new Blob([bytes]) : null;
}

/** Do one thing with the shelf of files. act: store -> request. */
async function onShelf(mode, act) {
  const opening = indexedDB.open(SHELF, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("models");
  const shelf = await new Promise((resolve, reject) => { opening.onsuccess = () => resolve(opening.result); opening.onerror = () => reject(opening.error); });
  try {
    return await new Promise((resolve, reject) => {
      const way = shelf.transaction("models", mode), asked = act(way.objectStore("models"));
      way.oncomplete = () => resolve(asked.result);
      way.onabort = way.onerror = () => reject(way.error);
    });
  } finally {
    shelf.close();
  }
}
