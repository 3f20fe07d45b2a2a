// The Mine tab: a model that learns a person's face or a style in the background, the models that are kept, and how much of it they show.
const FACE_KEY = "avatar-studio-face";
// What can be learned, and the texts about it.
const LEARNED = {
  face: { icon: "face", title: "mine_face", from: "mine_face_from", hint: "mine_hint", choose: "mine_photos", preview: "mine_preview", none: "mine_none", done: "mine_done", likeness: "mine_likeness" },
  drawing: { icon: "brush", title: "mine_style", from: "mine_style_from", hint: "mine_style_hint", choose: "mine_drawings", preview: "mine_style_preview", none: "mine_style_none", done: "mine_style_done",
             likeness: "mine_likeness_style" },
};
const mine = { kind: "face", learning: "face", photos: [], job: null, stands: "", list: null, base: null, camera: null, words: [] };

function buildMine() {
  const likeness = freeSlider({ id: "likeness", low: 0, high: 1, zero: 0, name: likenessName, now: (now) => now.likeness,
                                move: (value) => editBackground({ likeness: value }) });
  const more = make("div", { class: "liken" }, likeness, hint("mine_likeness_hint"));
  shown.push((now) => {
    more.hidden = !now.model;
    more.querySelector("label").textContent = likenessName();
  });
  mine.list = make("div", { class: "own models", "data-part": "mine-list" });
  mine.base = make("img", { alt: "", draggable: "false" });
  listModels();
  const choose = section("mine_models", mine.list, more);
  shown.push((now) => {
    choose.hidden = !models.all.length && !now.model;
    for (const use of mine.list.querySelectorAll("[data-model]")) use.setAttribute("aria-pressed", use.dataset.model === (now.model || "base"));
  });
  addGroup({ name: "mine", ...bilingual("mine"), icon: "face" }, [choose, learnPart()], false);
  modelsChanged.push(() => { listModels(); showAvatar(); scheduleBase(); });
  for (const when of [afterwards, whenOpened]) when.push(scheduleBase);
  whenOpened.push(() => { if (openGroup !== "mine") closeMirror(); });  // no camera looks on unseen
}

/** What the slider's ends are called, by what the model of now has learned. */
function likenessName() {
  return t(LEARNED[models.all.find(({ id }) => id === avatar?.model)?.kind ?? "face"].likeness);
}

/** Two large buttons for what is to be learned. */
function kindPart() {
  return make("div", { class: "kinds" }, ...Object.entries(LEARNED).map(([kind, { icon: name, title, from }]) => {
    const input = make("input", { type: "radio", name: "mine-kind", value: kind, "data-part": `mine-kind-${kind}` }), head = make("b"), words = make("span");
    input.checked = kind === mine.kind;
    input.addEventListener("change", () => { mine.kind = kind; showKind(); });
    say(head, () => t(title));
    say(words, () => t(from));
    return make("label", { class: "kind" }, input, icon(name), head, words);
  }));
}

function showKind() {
  for (const { node, key } of mine.words) node.textContent = t(LEARNED[mine.kind][key]);
  mine.camera.hidden = mine.kind !== "face";
  if (mine.camera.hidden) closeMirror();
}

/** A text that is another one for each kind. */
function ofKind(node, key) {
  mine.words.push({ node, key });
  say(node, () => t(LEARNED[mine.kind][key]));
  return node;
}

function learnPart() {
  const words = make("span"), input = make("input", { type: "file", accept: PICTURES, multiple: true, "data-part": "mine-photos" });
  ofKind(words, "choose");
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    await addPhotos(files);
  });
  const name = make("input", { type: "text", maxlength: data.limits.name, autocomplete: "off", "data-part": "mine-name" });
  for (const attribute of ["placeholder", "aria-label"]) say(name, () => t("mine_name"), attribute);
  const under = make("p", { class: "hint" });
  say(under, () => t(LEARNED[mine.learning].preview));
  mine.camera = button("photo_camera", openMirror, { "data-part": "mine-camera" });
  mine.job = jobBox({ name: "mine", key: FACE_KEY, ask: server.learning_model, take: takeModel, under,
                      words: ({ kind, device }) => { under.textContent = t(LEARNED[mine.learning = kind].preview); return t({ cpu: "mine_cpu", gpu: "mine_gpu", cluster: "mine_cluster", borrowed: "mine_borrowed" }[device]); } });
  mine.job.node.classList.add("wide");
  return section("mine_learn", kindPart(), ofKind(make("p", { class: "hint" }), "hint"), make("div", { class: "photos", "data-part": "mine-chosen", hidden: true }), cameraPart(),
    make("div", { class: "row" }, make("label", { class: "button small file" }, words, input), mine.camera, name,
      button("mine_start", learnModel, { class: "button small strong", "data-part": "mine-start" })),
    mine.job.node, hint("mine_private"), make("div", { class: "row" }, filePart("mine_open", ".safetensors", openModel, "mine-file")));
}

// ---- the photos to learn from
/** Photos are reduced here: less to send, and nothing of a file but its picture leaves the browser. */
async function addPhotos(blobs) {
  for (const blob of blobs) {
    if (mine.photos.length >= data.limits.pictures) { tell(() => t("mine_many", { most: data.limits.pictures }), "error"); break; }
    try {
      const picture = await createImageBitmap(blob);
      const small = await reduced(picture, data.limits.edges[mine.kind], mine.kind === "drawing" ? "image/png" : "image/jpeg");  // a drawing's grain and clear places stay
      picture.close();
      mine.photos.push({ blob: small, url: URL.createObjectURL(small) });
    } catch {
      tell(() => t("mine_unreadable", { name: blob.name ?? "" }), "error");
    }
  }
  showPhotos();
}

function showPhotos() {
  part("mine-chosen").hidden = !mine.photos.length;
  refill(part("mine-chosen"), mine.photos.map((one, place) => {
    const picture = make("button", { type: "button", class: "picture" }, make("img", { src: one.url, alt: "", draggable: "false" }), make("i"));
    for (const attribute of ["title", "aria-label"]) say(picture, () => t("mine_photo", { number: place + 1 }), attribute);
    picture.addEventListener("click", () => takeOut([one]));
    return picture;
  }), part("mine-photos"));
}

function takeOut(photos) {
  for (const one of photos) URL.revokeObjectURL(one.url);
  mine.photos = mine.photos.filter((one) => !photos.includes(one));
  showPhotos();
}

function cameraPart() {
  return make("div", { class: "mirror", "data-part": "mine-mirror", hidden: true }, make("video", { playsinline: true, "data-part": "mine-video" }),
    make("div", { class: "row" }, button("photo_snap", snapMirror, { class: "button small strong", "data-part": "mine-snap" }), button("close", closeMirror, { "data-part": "mine-mirror-close" })));
}

async function openMirror() {
  const seen = await startCamera(part("mine-video"));
  if (seen === false) tell(() => t("no_camera"), "error");
  if (seen) part("mine-mirror").hidden = false;
}

async function snapMirror() {
  const video = part("mine-video"), canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  await addPhotos([await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))]);
}

function closeMirror() {
  stopCamera(part("mine-video"));
  if (part("mine-mirror").contains(document.activeElement)) part("mine-camera").focus();
  part("mine-mirror").hidden = true;
}

// ---- learning
async function learnModel() {
  if (mine.job.job) return tell(() => t("mine_busy"), "error");
  if (models.all.length >= MOST_MODELS) return tell(() => t("mine_full", { most: MOST_MODELS }), "error");
  if (!mine.photos.length) return tell(() => t(LEARNED[mine.kind].none), "error");
  const { kind } = mine, photos = [...mine.photos], name = part("mine-name").value.trim() || t(LEARNED[kind].title);
  const begun = await mine.job.begin([part("mine-start")], async () => (
    server.learn_model({ session: mine.job.session, kind, name, pictures: await Promise.all(photos.map(({ blob }) => base64(blob).catch(() => ""))) })));
  if (!begun) return;
  closeMirror();
  takeOut(photos);
  part("mine-name").value = "";
  tell(() => t("mine_begun"));
}

/** False when this browser could not store it. */
async function takeModel({ model, file, copies }) {
  const stored = await keepModel(model, await (await fetch(`data:application/octet-stream;base64,${file}`)).blob());
  wear(model);
  if (!stored) tell(() => t("mine_unstored"), "error");
  else tell(() => t(copies ? "mine_copies" : LEARNED[model.kind].done), copies ? "error" : "note");
  return stored;
}

// ---- the models that there are
async function openModel(file) {
  if (models.all.length >= MOST_MODELS) return tell(() => t("mine_full", { most: MOST_MODELS }), "error");
  const answer = await server.open_model({ file: await base64(file).catch(() => "") });
  if (!answer?.model) return tell(answer?.error ?? (() => t("no_answer")), "error");
  const stored = await keepModel(answer.model, file);
  wear(answer.model);
  if (!stored) tell(() => t("unstored"), "error");
}

/** The model's own person, on the background and in the style of now; a style of one's own on the avatar of now. */
function wear({ id, kind, avatar: { traits, seed } }) {
  if (kind === "drawing") {
    editBackground({ model: id, likeness: 1 });
    return settle();
  }
  const known = Object.fromEntries(data.traits.filter(({ name }) => name in traits).map(({ name }) => [name, traits[name]]));
  editBackground({ model: id, likeness: 1, traits: { ...avatar.traits, ...known }, seed, truncation: 1, explore: avatar.explore.map(() => 0), partner: null, mix: [0, 0, 0] });
  settle();
}

/** A tile for the base and one for each model. They stay the same nodes until there is another model, so that no click is lost. */
function listModels() {
  const tile = (id, name, picture, click, ...buttons) => {
    const use = make("button", { type: "button", class: "picture", "data-model": id || "base", "aria-pressed": avatar?.model === id }, picture), words = make("span");
    use.addEventListener("click", click);
    say(use, name, "aria-label");
    say(words, name);
    return make("div", { class: "one" }, use, words, ...buttons);
  };
  refill(mine.list, [
    tile("", () => t("mine_base"), mine.base, () => { editBackground({ model: "" }); settle(); }),
    ...models.all.map((one) => tile(one.id, () => one.name, make("img", { src: one.picture, alt: "", draggable: "false" }), () => wear(one),
      button("own_save", () => saveModel(one)), button("own_delete", () => deleteModel(one))))]);
}

/** The base's picture of this avatar, when the one at rest stands and nothing else is asked for. */
function scheduleBase() {
  clearTimeout(mine.timer);
  mine.timer = setTimeout(drawBase, IDLE_MS);
}

async function drawBase() {
  if (openGroup !== "mine" || !avatar || live.busy || !models.all.length) return;
  const ofNow = () => without({ ...avatar, model: null, likeness: null }, "model"), stands = ofNow();
  if (mine.stands === stands) return;
  const answer = await server.options({ avatar, trait: "model", names: [""] });
  if (!answer?.images || stands !== ofNow()) return;  // the next picture at rest calls again
  mine.stands = stands;
  mine.base.src = answer.images[0];
}

async function saveModel({ id, name }) {
  const file = await modelFile(id);
  if (!file) return tell(() => t("mine_missing"), "error");
  const url = URL.createObjectURL(file);
  await download({ name: `${name.replace(/[^\p{L}\p{N}-]+/gu, "-") || "model"}.safetensors`, file: url });
  URL.revokeObjectURL(url);
}

async function deleteModel(one) {
  if (avatar.model === one.id) { editBackground({ model: "" }); settle(); }
  mine.job.letGo(one.id);
  const held = mine.list.contains(document.activeElement);
  await dropModel(one);
  if (held && !models.all.length) part("mine-photos").focus();  // the list is not shown any more
}
