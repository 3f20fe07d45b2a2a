// From a photo: chosen, dropped, pasted, an example, or from the camera. It is sent once, as bytes, and not kept.
let photoBlob = null, photoWords = () => "";
const LARGE_PHOTO = { bytes: 1.5 * 2 ** 20, edge: 2000 };  // what is larger in both is reduced before it is sent
let readNow = [], unsureNow = [];  // the traits that the chips show

/** A camera is on only in the state that shows what it sees. The keyboard goes on at another button when its own is gone. */
function photoState(state) {
  const before = part("photo").dataset.state, held = document.activeElement;
  if (state !== "camera") stopCamera(part("video"));
  part("photo").dataset.state = state;
  part("camera").setAttribute("aria-disabled", state === "reading");
  if (part("photo").querySelector(".row").contains(held) && !inSight(held)) part(state === "camera" ? "snap" : before === "camera" ? "camera" : "file").focus();
}

/** Say something beside the photo, in the language of now and of later. words: () => sentence, or {en, zh}. */
function photoSays(words, kind = "") {
  photoWords = typeof words === "function" ? words : () => label(words);
  part("photo-status").textContent = photoWords();
  part("photo-status").dataset.kind = kind;
}

async function readPhoto(chosen, face = null) {
  const since = wishes;
  forgetReading();
  photoBlob = chosen;
  drawPhoto(null, null);
  photoState("reading");
  photoSays(() => t("photo_reading"));
  const picture = await createImageBitmap(chosen).catch(() => null);  // upright by its EXIF, as the server reads it
  if (chosen !== photoBlob) return;  // another photo was chosen meanwhile, or none
  drawPhoto(picture, null);
  const blob = await lighter(chosen, picture);
  if (chosen !== photoBlob) return;
  if (blob.size > data.photo_bytes) return photoFails(() => t("photo_too_large", { megabytes: Math.round(data.photo_bytes / 2 ** 20) }));
  photoBlob = blob;
  const answer = await server.selfie({ avatar, keep: [...locks], photo: await base64(blob).catch(() => ""), face });
  if (blob !== photoBlob) return;
  if (!answer || answer.error) return photoFails(answer?.error ?? (() => t("no_answer")));
  adopt(answer, since);
  photoState("done");
  if (answer.reopened) return photoSays(() => t("photo_reopened"));
  if (answer.recognised) return photoSays(() => t("photo_recognised"));
  drawPhoto(picture, answer.faces[answer.face]);
  reportReading(answer);
  [readNow, unsureNow] = [answer.read, answer.unsure].map((names) => names.filter((name) => avatar.traits[name] === answer.avatar.traits[name]));
  showChips();
  if (answer.faces.length > 1) offerFaces(blob, picture, answer);
}

/** A photo as it is sent: a large one reduced, which is as much as the server looks at. What a model made may carry an avatar's code, and travels whole. */
async function lighter(blob, picture) {
  const large = blob.size > LARGE_PHOTO.bytes && picture && Math.max(picture.width, picture.height) > LARGE_PHOTO.edge;
  return large && !(await blob.text()).includes("AIGC") ? reduced(picture, LARGE_PHOTO.edge) : blob;
}

/** A picture of at most so many pixels a side, as a Blob. */
function reduced(picture, edge, type = "image/jpeg") {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = make("canvas", { width: Math.max(1, Math.round(scale * picture.width)), height: Math.max(1, Math.round(scale * picture.height)) });
  const brush = canvas.getContext("2d");
  brush.imageSmoothingQuality = "high";
  if (type === "image/jpeg") {  // what is clear is white, as the server takes it
    brush.fillStyle = "white";
    brush.fillRect(0, 0, canvas.width, canvas.height);
  }
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.94));
}

function photoFails(words) {
  photoState("failed");
  photoSays(words, "error");
}

/** Let go of the photo and of all that was said about it; the avatar stays. */
function clearPhoto() {
  forgetReading();
  photoBlob = null;
  const canvas = part("photo-canvas");
  canvas.width = canvas.height = 0;  // its pixels are freed at once
  canvas.hidden = true;
  photoState("idle");
  photoSays(() => "");
  tell(() => t("photo_cleared"));
}

function forgetReading() {
  closeCamera();
  part("faces").replaceChildren();
  part("chips").replaceChildren();
  readNow = unsureNow = [];
  dropGroup();
}

/** What was read, what was not, and whether there is a choice of faces; said anew when the language changes. */
function reportReading(answer) {
  const names = (traits) => [...new Set(traits.map(plainName))];
  photoSays(() => sentences([
    t("photo_read"),
    ...(answer.unsure.length ? [t("photo_unsure", { names: listed(names(answer.unsure).map((name) => name())) })] : []),
    ...(answer.faces.length > 1 ? [t("photo_faces")] : []),
  ]));
}

const nameCache = {};
/** A trait's name for a sentence; a colour's three traits share one. */
function plainName(name) {
  const trait = traitNamed[name], key = trait?.colour ?? name;
  nameCache[key] ??= () => trait?.colour ? t("colour", { name: label(data.colours[trait.colour]) }) : trait ? label(trait) : name;
  return nameCache[key];
}

/** A chip for each choice and colour that was read, one a group for its sliders; what was not sure comes last, dashed.
 *  A chip opens the control that it names. */
function showChips() {
  const chips = new Map(), order = data.traits.map((trait) => trait.name);
  const inOrder = (names) => [...names].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  for (const name of [...inOrder(readNow), ...inOrder(unsureNow)]) {
    const trait = traitNamed[name], unsure = unsureNow.includes(name);
    const skin = /^skin_/.test(name), alone = skin || trait.colour || trait.kind === "choice";
    if (unsure && !alone || MOOT_CHIPS.some((moot) => moot(name))) continue;
    const key = skin ? "skin" : trait.colour ? `${trait.colour}_colour` : alone ? name : trait.group;
    if (!chips.has(key)) chips.set(key, chip(trait, key, alone, unsure));
  }
  part("chips").replaceChildren(...chips.values());
}

const MOOT_CHIPS = [
  (name) => { const moot = data.moot[traitNamed[name].colour ? `${traitNamed[name].colour}_colour` : name]; return moot && avatar.traits[moot[0]] === moot[1]; },
  (name) => ["wink", "moustache", "headwear"].includes(name) && avatar.traits[name] === "none" && readNow.includes(name),
];

function chip(trait, key, alone, unsure) {
  const words = make("span"), dot = make("i");
  const group = data.groups.find((one) => one.name === trait.group);
  const title = () => key === "skin" ? t("skin") : trait.colour ? t("colour", { name: label(data.colours[trait.colour]) }) : label(alone ? trait : group);
  if (key === "skin") dot.style.background = skin(avatar.traits.skin_tone, avatar.traits.skin_undertone);
  else if (trait.colour) dot.style.background = hsl(...colourOf(avatar.traits, trait.colour));
  else dot.hidden = true;
  const chosen = trait.kind === "choice" && trait.choices.find((one) => one.name === avatar.traits[trait.name]);
  words.textContent = chosen ? t("chip", { name: title(), value: label(chosen) }) : title();
  const button = make("button", { type: "button", class: unsure ? "chip unsure" : "chip", "data-chip": key, title: t(unsure ? "chip_unsure" : "chip_change") }, dot, words);
  button.addEventListener("click", () => openControl(trait.group, alone ? key : null));
  return button;
}

/** Open a group's tab and bring one of its controls into view. */
function openControl(group, control) {
  openTab(group);
  const panel = element.querySelector(`#panel-${group}`);
  const node = control && panel.querySelector(`[data-trait="${control}"]`) || panel;
  node.closest("details:not([open])")?.setAttribute("open", "");
  node.scrollIntoView({ block: "center", behavior: wantsCalm() ? "auto" : "smooth" });
  node.querySelector("input:checked, input, button")?.focus({ preventScroll: true });
  if (wantsCalm()) return;
  node.classList.add("found");
  node.addEventListener("animationend", () => node.classList.remove("found"), { once: true });
}

/** The photo, cut to a square around the face (or its middle), with the face framed. box: fractions of the photo. */
function drawPhoto(picture, box) {
  const canvas = part("photo-canvas");
  canvas.hidden = !picture;
  if (!picture) return;
  canvas.width = canvas.height = 320;
  const { width, height } = picture, [x, y, w, h] = box ? [box[0] * width, box[1] * height, box[2] * width, box[3] * height] : [0, 0, width, height];
  const edge = Math.min(width, height, box ? 2.4 * Math.max(w, h) : Infinity);
  const left = Math.min(Math.max(x + w / 2 - edge / 2, 0), width - edge), top = Math.min(Math.max(y + h / 2 - edge / 2, 0), height - edge);
  const brush = canvas.getContext("2d"), scale = 320 / edge;
  brush.drawImage(picture, left, top, edge, edge, 0, 0, 320, 320);
  if (!box) return;
  brush.lineWidth = 7;
  brush.strokeStyle = "#ffffff";
  brush.beginPath();
  brush.roundRect((x - left) * scale, (y - top) * scale, w * scale, h * scale, 36);
  brush.stroke();
  brush.lineWidth = 4;
  brush.strokeStyle = "#cf3f6d";
  brush.stroke();
}

function offerFaces(blob, picture, answer) {
  answer.faces.forEach((box, number) => {
    const canvas = make("canvas", { width: 96, height: 96 });
    const button = make("button", { type: "button", class: "face", "aria-pressed": number === answer.face }, canvas);
    say(button, () => t("photo_face", { number: number + 1 }), "aria-label");
    if (picture) {
      canvas.getContext("2d").drawImage(picture, box[0] * picture.width, box[1] * picture.height, box[2] * picture.width,
                                        box[3] * picture.height, 0, 0, 96, 96);
    }
    button.addEventListener("click", () => readPhoto(blob, number));
    part("faces").append(button);
  });
  const words = make("span"), everyone = make("button", { type: "button", class: "button small", "data-part": "everyone" }, words);
  say(words, () => t("photo_everyone"));
  everyone.addEventListener("click", () => busily(everyone, () => drawEveryone(blob)));
  part("faces").append(everyone);
}

/** A picture with an avatar for everyone on the photo, shown with a link that downloads it. */
async function drawEveryone(blob) {
  const answer = await server.everyone({ avatar, photo: await base64(blob).catch(() => "") });
  if (blob !== photoBlob) return;
  if (!answer?.png) return tell(answer?.error ?? (() => t("no_answer")), "error");
  dropGroup();
  const url = URL.createObjectURL(await (await fetch(answer.png)).blob());
  const words = make("span"), link = make("a", { href: url, download: "avatars.png", class: "button small" }, words);
  say(words, () => t("photo_everyone_save", { count: answer.count }));
  const picture = make("img", { src: url });
  say(picture, () => t("photo_everyone"), "alt");
  part("group").append(picture, link);
  part("group").hidden = false;
}

function dropGroup() {
  const picture = part("group").querySelector("img");
  if (picture) URL.revokeObjectURL(picture.src);
  part("group").replaceChildren();
  part("group").hidden = true;
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function openCamera() {
  if (part("photo").dataset.state === "reading") return;
  const seen = await startCamera(part("video"));
  if (seen === false) photoFails(() => t("no_camera"));
  if (!seen) return;
  photoState("camera");
  photoSays(() => "");
}

function closeCamera() {
  stopCamera(part("video"));
  if (part("photo").dataset.state === "camera") photoState("idle");
}

function snap() {
  const video = part("video"), canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => readPhoto(blob), "image/jpeg", 0.95);
}

/** What is dropped or pasted is the photo, but for files on a button that opens files, and words in a line of text: those are the browser's. */
function takeDropped() {
  const brings = (transfer, type) => [...(transfer?.types ?? [])].includes(type), isText = (target) => target.matches?.("input[type=text], textarea");
  const others = ({ target, dataTransfer }) => brings(dataTransfer, "Files") ? target.matches?.("input[type=file]:enabled") : isText(target);
  document.addEventListener("paste", (event) => {
    const blob = event.clipboardData?.files[0];
    if (blob && !(brings(event.clipboardData, "text/plain") && isText(event.target))) readPhoto(blob);
  });
  document.addEventListener("dragover", (event) => {
    if (!others(event)) event.preventDefault();
    part("photo").classList.toggle("over", brings(event.dataTransfer, "Files") && !others(event));
  });
  document.addEventListener("dragleave", () => part("photo").classList.remove("over"));
  document.addEventListener("drop", (event) => {
    part("photo").classList.remove("over");
    if (others(event)) return;
    event.preventDefault();  // or the browser would leave the page for the file
    const blob = event.dataTransfer?.files[0];
    if (blob) readPhoto(blob);
  });
}

function buildPhoto() {
  const file = part("file");
  say(part("photo-status"), () => photoWords());
  file.addEventListener("change", () => { if (file.files[0]) readPhoto(file.files[0]); file.value = ""; });
  part("camera").addEventListener("click", openCamera);
  part("camera-cancel").addEventListener("click", () => part("photo").dataset.state === "reading" ? clearPhoto() : closeCamera());
  part("snap").addEventListener("click", snap);
  part("photo-clear").addEventListener("click", clearPhoto);
  afterwards.push(() => { if (readNow.length) showChips(); });  // not while something is dragged: the chips are many
  say(part("chips"), () => { showChips(); return t("photo_chips"); }, "aria-label");
  takeDropped();
  part("examples").hidden = !data.examples.length;
  data.examples.forEach((image, number) => {
    const button = make("button", { type: "button", class: "face", "data-example": number }, make("img", { src: image, alt: "" }));
    say(button, () => t("photo_example", { number: number + 1 }), "aria-label");
    button.addEventListener("click", async () => {
      const answer = await server.example({ number });
      if (!answer?.photo) return photoFails(answer?.error ?? (() => t("no_answer")));
      readPhoto(await (await fetch(answer.photo)).blob());
    });
    part("examples").append(button);
  });
}
