// The personal models that this browser keeps: what is shown of each in localStorage, its file of some megabytes in IndexedDB.
const MODELS_KEY = "avatar-studio-models", SHELF = "avatar-studio", MOST_MODELS = 8;
const models = modelsFromStorage(), modelFiles = new Map();  // id -> Blob, of this visit
const modelsChanged = [];  // called when there is another one, or one less

function modelsFromStorage() {
  try {
    const found = JSON.parse(localStorage.getItem(MODELS_KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isModel) : [];
  } catch { return []; }  // storage is off, or somebody wrote nonsense there
}

function isModel(one) {
  return ["face", "drawing"].includes(one?.kind) && /^me-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.key === "string" && typeof one.avatar?.traits === "object"
    && /^data:image\/webp;base64,/.test(one.picture);
}

function showModels() {
  try { localStorage.setItem(MODELS_KEY, JSON.stringify(models)); } catch { /* storage is off or full: for this visit only */ }
  for (const changed of modelsChanged) changed();
}

async function keepModel(model, file) {
  modelFiles.set(model.id, file);
  await onShelf("readwrite", (store) => store.put(file, model.id)).catch(() => {});  // no storage: for this visit only
  const before = models.findIndex((one) => one.id === model.id);
  if (before >= 0) models.splice(before, 1);
  models.unshift(model);
  showModels();
}

async function dropModel({ id, key }) {
  models.splice(models.findIndex((one) => one.id === id), 1);
  modelFiles.delete(id);
  showModels();
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

/** A server that forgot a model, after a day or a new start, says which it misses: it gets the file, if it is kept here, and is asked again. */
async function bringing(ask) {
  const answer = await ask(), file = answer?.missing && await modelFile(answer.missing);
  if (!file) return answer;
  const opened = await server.open_model({ file: await base64(file) });
  return opened?.model ? ask() : opened;
}

for (const [name, call] of Object.entries(server)) server[name] = (question) => bringing(() => call(question));
