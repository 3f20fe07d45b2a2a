// What was learned from a person's pictures and this browser keeps: styles, and models, of which what is shown is in localStorage and the file
// of some megabytes in IndexedDB.
const MOST_STYLES = 12, MOST_MODELS = 8;
const styles = storedList("avatar-studio-styles", isStyle), models = storedList("avatar-studio-models", isModel);
const SHELF = "avatar-studio", modelFiles = new Map();  // id -> Blob, of this visit

function isStyle(one) { return /^own-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.file === "string"; }

function isModel(one) {
  return ["face", "drawing"].includes(one?.kind) && /^me-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.key === "string" && typeof one.avatar?.traits === "object"
    && /^data:image\/webp;base64,/.test(one.picture);
}

/** False when this browser could not store it: then it is here for this visit only. */
async function keepModel(model, file) {
  modelFiles.set(model.id, file);
  const filed = await onShelf("readwrite", (store) => store.put(file, model.id)).then(() => true, () => false);
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
  return modelFiles.get(id) ?? await onShelf("readonly", (store) => store.get(id)).catch(() => null) ?? null;
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

/** A server that forgot a style or model, after a day or a new start, says which it misses: it gets the file, if it is kept here, and is asked again. */
async function bringing(ask) {
  for (const brought = new Set(); ;) {  // an avatar may need a model and two styles
    const answer = await ask(), missing = answer?.missing;
    if (!missing || brought.has(missing)) return answer;
    brought.add(missing);
    const style = styles.all.find(({ id }) => id === missing), model = await modelFile(missing);
    const file = style?.file ?? (model && await base64(model));
    if (!file) return answer;  // not kept here, or the browser can no longer read it: the answer says what is missing
    const opened = await (style ? server.adopt({ file }) : server.open_model({ file }));
    if (!opened || opened.error) return opened;
  }
}

for (const [name, call] of Object.entries(server)) server[name] = (question) => bringing(() => call(question));
