// The Mine tab: a model that learns a person's face or a style in the background, the models that are kept, and how much of it they show.
// What can be learned, and the texts about it.
const LEARNED = {
  face: { icon: "face", title: "mine_face", from: "mine_face_from", hint: "mine_hint", choose: "mine_photos", preview: "mine_preview", none: "mine_none", done: "mine_done", likeness: "mine_likeness" },
  drawing: { icon: "brush", title: "mine_style", from: "mine_style_from", hint: "mine_style_hint", choose: "mine_drawings", preview: "mine_style_preview", none: "mine_style_none", done: "mine_style_done",
             likeness: "mine_likeness_style" },
};
const mine = { kind: "face", learning: "face", photos: [], given: null, job: null, list: null, base: null, stranger: null, camera: null, words: [] };  // given: {kind, photos, name} of the job; stranger: {id, picture, draw} of a model that a link or a picture brought

function buildMine() {
  const choose = section("mine_models", modelsPart(), likenessPart());
  shown.push((now) => { choose.hidden = !models.all.length && !now.model && !mine.stranger.id; });
  addTab({ name: "mine", ...bilingual("mine"), icon: "face" }, [choose, learnPart()]);
  whenOpened.push(() => { if (openGroup !== "mine") closeMirror(); });  // no camera looks on unseen
}

function likenessPart() {
  const likeness = freeSlider({ id: "likeness", low: 0, high: 1, zero: 0, name: likenessName, now: (now) => now.likeness,
                                move: (value) => editFields({ likeness: value }) });
  const more = make("div", { class: "liken" }, likeness, hint("mine_likeness_hint"));
  shown.push((now) => {
    more.hidden = !now.model;
    more.querySelector("label").textContent = likenessName();
  });
  return more;
}

/** What the slider's ends are called, by what the model of now has learned. */
function likenessName() {
  const own = models.all.find(({ id }) => id === avatar?.model);
  return t(own ? LEARNED[own.kind].likeness : "mine_likeness_other");
}

/** Two large buttons for what is to be learned. */
function kindPart() {
  return make("div", { class: "kinds" }, ...Object.entries(LEARNED).map(([kind, { icon: name, title, from }]) => {
    const input = make("input", { type: "radio", name: "mine-kind", value: kind, checked: kind === mine.kind, "data-part": `mine-kind-${kind}` });
    input.addEventListener("change", () => { mine.kind = kind; showKind(); });
    return make("label", { class: "kind" }, input, icon(name), saying("b", title), saying("span", from));
  }));
}

function showKind() {
  for (const { node, key } of mine.words) node.textContent = ofThisKind(key);
  mine.camera.hidden = mine.kind !== "face";
  if (mine.camera.hidden) closeMirror();
}

const ofThisKind = (key) => t(LEARNED[mine.kind][key], { most: data.limits.pictures });

/** A text that is another one for each kind. */
function ofKind(tag, key, attributes) {
  const node = saying(tag, () => ofThisKind(key), attributes);
  mine.words.push({ node, key });
  return node;
}

function learnPart() {
  const choose = fileButton(ofKind("span", "choose"), (...files) => addPhotos(files), { multiple: true, "data-part": "mine-photos" });
  const name = textField("mine_name", { maxlength: data.limits.name, "data-part": "mine-name" });
  const start = button("mine_start", learnModel, { class: "button small strong", "data-part": "mine-start" });
  const open = fileButton("mine_open", openModel, { accept: ".safetensors", "data-part": "mine-file" });
  mine.camera = button("photo_camera", openMirror, { "data-part": "mine-camera" });
  mine.job = modelJob();
  return section("mine_learn", kindPart(), ofKind("p", "hint", { class: "hint" }), make("div", { class: "photos", "data-part": "mine-chosen", hidden: true }), cameraPart(),
    make("div", { class: "row" }, choose, mine.camera, name, start), mine.job.node, hint("mine_private"), make("div", { class: "row" }, open));
}

function modelJob() {
  const under = saying("p", () => t(LEARNED[mine.learning].preview), { class: "hint" });
  const devices = { cpu: "mine_cpu", gpu: "mine_gpu", cluster: "mine_cluster", borrowed: "mine_borrowed" };
  const words = ({ kind, device, losses }) => {
    mine.learning = kind;
    under.textContent = t(LEARNED[kind].preview);
    under.hidden = !Object.keys(losses ?? {}).length;  // of the first preview, which is one picture, it says nothing
    return t(devices[device]);
  };
  const job = jobBox({ name: "mine", key: "avatar-studio-face", ask: server.learning_model, take: takeModel, over: giveBack, under, words });
  job.node.classList.add("wide");
  return job;
}

// ---- the photos to learn from
async function addPhotos(blobs) {
  const unreadable = [];
  for (const blob of blobs) {
    if (mine.photos.length >= data.limits.pictures) { tell(() => t("mine_many", { most: data.limits.pictures }), "error"); break; }
    try {
      mine.photos.push({ blob, url: URL.createObjectURL(await lessened(blob, 256, "image/png")) });
    } catch {
      unreadable.push(blob.name ?? "");
    }
  }
  if (unreadable.length) tell(() => t("mine_unreadable", { name: listed(unreadable) }), "error");
  showPhotos();
}

/** A picture to learn from as it is sent: less of it, and nothing of a file but its picture, leaves the browser where it can reduce one. */
async function toLearn(blob, kind) {
  const type = kind === "face" ? "image/jpeg" : "image/png";  // a drawing's grain and clear places stay
  return lessened(blob, data.limits.edges[kind], type).then(base64, () => bareBase64(blob));  // what the browser cannot read the server says what to do with
}

/** Less of it, where that can be made. Rejects what is no picture, or can no longer be read. */
async function lessened(blob, edge, type) {
  const picture = await createImageBitmap(blob);
  try { return await (READS_BACK ? reduced(picture, edge, type) : bare(blob)); } finally { picture.close(); }
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
  if (!seesCamera()) return askForPicture((photo) => addPhotos([photo]));
  const seen = await startCamera(part("mine-video"));
  if (seen === false) tell(() => t("no_camera"), "error");
  if (!seen) return;
  part("mine-mirror").hidden = false;
  showMirror();
}

function showMirror() {
  if (!part("mine-mirror").hidden) part("mine-mirror").scrollIntoView({ block: "nearest" });
}

async function snapMirror() {
  await addPhotos([await snapshot(part("mine-video"), "image/png")]);
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
  const begun = await mine.job.begin([part("mine-start")], async () => {
    const pictures = [];
    for (const { blob } of photos) pictures.push(await toLearn(blob, kind));  // one after the other: a dozen photos of a phone fill its memory
    return server.learn_model({ session: mine.job.session, kind, name, pictures });
  });
  if (!begun) return;
  closeMirror();
  mine.given = { kind, photos, name: part("mine-name").value };
  takeOut(photos);
  part("mine-name").value = "";
  tell(() => t("mine_begun"));
}

/** What was given to learn from, if nothing came of it: nobody should have to choose twenty photos again. */
async function giveBack(failed) {
  const { given } = mine;
  mine.given = null;
  if (!failed || !given || mine.photos.length) return;  // others were chosen meanwhile
  mine.kind = given.kind;
  part(`mine-kind-${given.kind}`).checked = true;
  showKind();
  part("mine-name").value ||= given.name;
  await addPhotos(given.photos.map(({ blob }) => blob));
}

/** False when this browser could not store it. */
async function takeModel({ model, file, copies, faceless }) {
  mine.given = null;
  const stored = await keepModel(model, await (await fetch(weightsUri(file))).blob());
  wear(model);
  if (!stored) tell(() => t("mine_unstored"), "error");
  else tell(() => sentences([t(copies ? "mine_copies" : LEARNED[model.kind].done), ...faceless ? [t("mine_faceless", { count: faceless })] : []]), copies ? "error" : "note");
  return stored;
}

// ---- the models that there are
function modelsPart() {
  mine.list = make("div", { class: "own", "data-part": "mine-list" });
  mine.base = make("img", { alt: "", draggable: "false" });
  mine.stranger = { id: "", picture: make("img", { alt: "", draggable: "false" }), draw: drawThumbnails(mine.list, "model", [""], [mine.base]) };
  shown.push(({ model }) => {  // first, as the rest goes by it
    if (!model || mine.stranger.id === model || models.all.some(({ id }) => id === model)) return;
    mine.stranger.id = model;
    listModels();
    mine.stranger.draw(["", model], [mine.base, mine.stranger.picture]);
  });
  shown.push((now) => { for (const use of mine.list.querySelectorAll("[data-model]")) use.setAttribute("aria-pressed", use.dataset.model === (now.model || "base")); });
  whenGone(models, ({ id }) => { forgetLearned(id); mine.job.letGo(id); });
  models.changed.push(() => {
    listModels();
    if (avatar) showAvatar();
    scheduleThumbnails();  // the list may be in sight only now
  });
  listModels();
  return mine.list;
}

/** A tile for the base and one for each model. They stay the same nodes until there is another model, so that no click is lost. */
function listModels() {
  const marks = (id) => ({ "data-model": id || "base", "aria-pressed": avatar?.model === id }), guest = mine.stranger.id;
  refill(mine.list, [
    tile(() => t("mine_base"), mine.base, () => decide({ model: "", likeness: 1 }), marks("")),
    ...guest && !models.all.some(({ id }) => id === guest) ? [tile(() => t("mine_linked"), mine.stranger.picture, () => decide({ model: guest, likeness: 1 }), marks(guest))] : [],
    ...models.all.map((one) => tile(() => one.name, make("img", { src: one.picture, alt: "", draggable: "false" }), () => wear(one), marks(one.id),
      button("own_save", () => saveModel(one)), surely("own_delete", "own_delete_sure", () => deleteModel(one))))]);
}

/** A model of somebody else's that is no longer here. */
function dropGuest(id) {
  if (mine.stranger.id !== id) return;
  mine.stranger.id = "";
  mine.stranger.draw([""], [mine.base]);
  listModels();
}

async function openModel(file) {
  const answer = await server.open_model({ file: await base64(file) });
  if (!answer?.model) return tell(why(answer), "error");
  const { model } = answer;
  if (models.all.length >= MOST_MODELS && !models.all.some(({ id }) => id === model.id)) {
    server.forget_model(model);
    return tell(() => t("mine_full", { most: MOST_MODELS }), "error");
  }
  const stored = await keepModel(model, file);
  wear(model);
  if (stored) tell(() => t("own_opened", { name: model.name }));
  else tell(() => t("unstored"), "error");
}

/** The model's own person, on the background and in the style of now; a style of one's own on the avatar of now. */
function wear({ id, kind, avatar: { traits, seed } }) {
  if (kind === "drawing") return decide({ model: id, likeness: 1 });
  const known = Object.fromEntries(data.traits.filter(({ name }) => name in traits).map(({ name }) => [name, traits[name]]));
  decide({ model: id, likeness: 1, traits: { ...avatar.traits, ...known }, seed, truncation: 1, explore: avatar.explore.map(() => 0), partner: null, mix: [0, 0, 0] });
}

async function saveModel({ id, name }) {
  const file = await modelFile(id);
  if (!file) return tell(() => t("mine_unread"), "error");
  await download({ name: weightsName(name, "model"), file });
}

async function deleteModel(one) {
  const held = mine.list.contains(document.activeElement);
  await dropModel(one);
  if (held && !models.all.length) part("mine-photos").focus();  // the list is not shown any more
}
