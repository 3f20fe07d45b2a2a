// The Mine tab: a model that learns a person's face in the background, the models that are kept, and how much of the person they show.
const FACE_KEY = "avatar-studio-face", MOST_PHOTOS = 20, PHOTO_EDGE = 1024, PHOTO_TYPES = "image/jpeg,image/png,image/webp";
const mine = { photos: [], job: null, stream: null, stands: "" };

function buildMine() {
  const likeness = freeSlider({ id: "likeness", low: 0, high: 1, zero: 0, name: () => t("mine_likeness"), now: (now) => now.likeness,
                                move: (value) => editBackground({ likeness: value }) });
  const more = make("div", { class: "liken" }, likeness, hint("mine_likeness_hint"));
  shown.push((now) => { more.hidden = !now.model; });
  const list = make("div", { class: "own models", "data-part": "mine-list" });
  const choose = section("mine_models", list, more);
  shown.push((now) => { choose.hidden = !models.length && !now.model; });
  addGroup({ name: "mine", ...bilingual("mine"), look: [1, 50, 50] }, [choose, learnPart()], false);
  modelsChanged.push(() => { showAvatar(); listModels(); });
  for (const when of [afterwards, whenOpened]) when.push(scheduleModels);
  queueMicrotask(() => mine.job.follow());
}

function learnPart() {
  const words = make("span"), input = make("input", { type: "file", accept: PHOTO_TYPES, multiple: true, "data-part": "mine-photos" });
  say(words, () => t("mine_photos"));
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    await addPhotos(files);
  });
  const name = make("input", { type: "text", maxlength: 40, autocomplete: "off", "data-part": "mine-name" });
  for (const attribute of ["placeholder", "aria-label"]) say(name, () => t("mine_name"), attribute);
  mine.job = jobBox({ name: "mine", key: FACE_KEY, ask: server.learning_face, take: takeModel, under: hint("mine_preview"),
                      words: ({ device }) => t({ cpu: "mine_cpu", gpu: "mine_gpu", cluster: "mine_cluster" }[device]) });
  mine.job.node.classList.add("wide");
  return section("mine_learn", hint("mine_hint"), make("div", { class: "photos", "data-part": "mine-chosen", hidden: true }), cameraPart(),
    make("div", { class: "row" }, make("label", { class: "button small file" }, words, input), button("photo_camera", openMirror, { "data-part": "mine-camera" }), name,
      button("mine_start", learnFace, { class: "button small strong", "data-part": "mine-start" })),
    mine.job.node, hint("mine_private"), make("div", { class: "row" }, filePart("mine_open", ".safetensors", openModel, "mine-file")));
}

// ---- the photos to learn from
/** Photos are reduced here: less to send, and nothing of a file but its picture leaves the browser. */
async function addPhotos(blobs) {
  for (const blob of blobs) {
    if (mine.photos.length >= MOST_PHOTOS) { tell(() => t("mine_many", { most: MOST_PHOTOS }), "error"); break; }
    try {
      const picture = await createImageBitmap(blob);
      const scale = Math.min(1, PHOTO_EDGE / Math.max(picture.width, picture.height));
      const canvas = make("canvas", { width: Math.max(1, Math.round(scale * picture.width)), height: Math.max(1, Math.round(scale * picture.height)) });
      const brush = canvas.getContext("2d");
      brush.imageSmoothingQuality = "high";
      brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.94));
      mine.photos.push({ blob: small, url: URL.createObjectURL(small) });
    } catch {
      tell(() => t("mine_unreadable", { name: blob.name ?? "" }), "error");
    }
  }
  showPhotos();
}

function showPhotos() {
  part("mine-chosen").hidden = !mine.photos.length;
  part("mine-chosen").replaceChildren(...mine.photos.map((one, place) => {
    const picture = make("button", { type: "button", class: "picture" }, make("img", { src: one.url, alt: "", draggable: "false" }), make("i"));
    for (const attribute of ["title", "aria-label"]) say(picture, () => t("mine_photo", { number: place + 1 }), attribute);
    picture.addEventListener("click", () => {
      mine.photos.splice(mine.photos.indexOf(one), 1);
      URL.revokeObjectURL(one.url);
      showPhotos();
    });
    return picture;
  }));
}

function clearPhotos() {
  for (const one of mine.photos.splice(0)) URL.revokeObjectURL(one.url);
  showPhotos();
}

function cameraPart() {
  return make("div", { class: "mirror", "data-part": "mine-mirror", hidden: true }, make("video", { playsinline: true, "data-part": "mine-video" }),
    make("div", { class: "row" }, button("photo_snap", snapMirror, { class: "button small strong", "data-part": "mine-snap" }), button("close", closeMirror, { "data-part": "mine-mirror-close" })));
}

async function openMirror() {
  try {
    mine.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } }, audio: false });
  } catch {
    return tell(() => t("no_camera"), "error");
  }
  const video = part("mine-video");
  video.muted = true;
  video.srcObject = mine.stream;
  await video.play();
  part("mine-mirror").hidden = false;
}

async function snapMirror() {
  const video = part("mine-video"), canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  await addPhotos([await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))]);
}

function closeMirror() {
  mine.stream?.getTracks().forEach((track) => track.stop());
  mine.stream = null;
  part("mine-mirror").hidden = true;
}

// ---- learning
async function learnFace() {
  if (mine.job.job) return tell(() => t("mine_busy"), "error");
  if (models.length >= MOST_MODELS) return tell(() => t("mine_full", { most: MOST_MODELS }), "error");
  if (!mine.photos.length) return tell(() => t("mine_none"), "error");
  const photos = await Promise.all(mine.photos.map(({ blob }) => base64(blob)));
  const answer = await server.learn_face({ session: mine.job.session, name: part("mine-name").value.trim() || t("mine"), photos });
  if (!answer?.job) return tell(answer?.error ?? (() => t("no_connection")), "error");
  closeMirror();
  clearPhotos();
  part("mine-name").value = "";
  tell(() => t("mine_begun"));
  mine.job.begin(answer.session, answer.job);
}

async function takeModel({ model, file }) {
  await keepModel(model, await (await fetch(`data:application/octet-stream;base64,${file}`)).blob());
  wear(model);
  tell(() => t("mine_done"));
}

// ---- the models that there are
async function openModel(file) {
  if (models.length >= MOST_MODELS) return tell(() => t("mine_full", { most: MOST_MODELS }), "error");
  const answer = await server.open_model({ file: await base64(file).catch(() => "") });
  if (!answer?.model) return tell(answer?.error ?? (() => t("no_connection")), "error");
  await keepModel(answer.model, file);
  wear(answer.model);
}

/** The model's own person, on the background and in the style of now. */
function wear({ id, avatar: { traits, seed } }) {
  const known = Object.fromEntries(data.traits.filter(({ name }) => name in traits).map(({ name }) => [name, traits[name]]));
  editBackground({ model: id, likeness: 1, traits: { ...avatar.traits, ...known }, seed, truncation: 1, explore: avatar.explore.map(() => 0), partner: null, mix: [0, 0, 0] });
  settle();
}

/** When the picture at rest stands, and nothing else is asked for. */
function scheduleModels() {
  clearTimeout(mine.timer);
  mine.timer = setTimeout(listModels, IDLE_MS);
}

async function listModels() {
  if (openGroup !== "mine" || !avatar) return;
  const tile = (id, name, source, click, ...buttons) => {
    const use = make("button", { type: "button", class: "picture", "data-model": id || "base", "aria-pressed": avatar.model === id });
    say(use, name, "aria-label");
    if (source) use.append(make("img", { src: source, alt: "", draggable: "false" }));
    use.addEventListener("click", click);
    const words = make("span");
    say(words, name);
    return make("div", { class: "one" }, use, words, ...buttons);
  };
  const show = () => part("mine-list").replaceChildren(
    tile("", () => t("mine_base"), mine.base, () => { editBackground({ model: "" }); settle(); }),
    ...models.map((one) => tile(one.id, () => one.name, one.picture, () => wear(one), button("own_save", () => saveModel(one)), button("own_delete", () => deleteModel(one)))));
  show();
  const stands = without({ ...avatar, model: null, likeness: null }, "model");
  if (live.busy || mine.stands === stands) return;
  mine.stands = stands;
  const answer = await server.options({ avatar, trait: "model", names: [""] });
  if (!answer?.images) return;
  mine.base = answer.images[0];
  show();
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
  await dropModel(one);
}
