// From a photo: chosen, dropped, pasted, an example, or from the camera. It is sent once, as bytes, and not kept.
let reading = new AbortController();  // ends all that is under way for the photo of now
let photoWords = () => "";
const MOST_UNSURE = 4;  // of what could not be read, so many are named
const LARGE_BYTES = 1.5 * 2 ** 20;  // what is larger, and larger than the server looks at, is reduced before it is sent
let readNow = [], unsureNow = [], readAs = null;  // the traits that were read, those that could not be, and all as the photo or picture left them

function buildPhoto() {
  const file = part("file");
  say(part("photo-status"), () => photoWords());
  file.addEventListener("change", () => { if (file.files[0]) readPhoto(file.files[0]); file.value = ""; });
  part("camera").addEventListener("click", openCamera);
  part("camera-cancel").addEventListener("click", () => part("photo").dataset.state === "reading" ? clearPhoto() : closeCamera());
  part("snap").addEventListener("click", async () => readPhoto(await snapshot(part("video"), "image/jpeg")));
  part("photo-clear").addEventListener("click", clearPhoto);
  afterwards.push(() => { if (readAs) showReading(); });  // not while something is dragged: the chips are many
  say(part("chips"), () => { showChips(); return t("photo_chips"); }, "aria-label");
  takeDropped();
  part("examples").hidden = !data.examples.length;
  part("examples").append(...data.examples.map(exampleButton));
}

function exampleButton(image, number) {
  const button = make("button", { type: "button", class: "face", "data-example": number }, make("img", { src: image, alt: "" }));
  say(button, () => t("photo_example", { number: number + 1 }), "aria-label");
  button.addEventListener("click", async () => {
    const answer = await server.example({ number });
    if (!answer?.photo) return photoFails(why(answer));
    readPhoto(await (await fetch(answer.photo)).blob());
  });
  return button;
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

// ---- the camera
async function openCamera() {
  if (part("photo").dataset.state === "reading") return;
  if (!seesCamera()) return askForPicture(readPhoto);
  const seen = await startCamera(part("video"));
  if (seen === false) photoFails(() => t("no_camera"));
  if (!seen) return;
  photoState("camera");
  photoSays(() => "");
  showCamera();
}

/** Below what stays in sight: its buttons, and then, if only one of both fits, what it sees. */
function showCamera() {
  if (part("photo").dataset.state === "camera") for (const one of [".row", ".view"]) part("photo").querySelector(one).scrollIntoView({ block: "nearest" });
}

function closeCamera() {
  stopCamera(part("video"));
  if (part("photo").dataset.state === "camera") photoState("idle");
}

// ---- reading
async function readPhoto(chosen, face = null) {
  const since = wishes, signal = forgetReading();
  drawPhoto(null, null);
  photoState("reading");
  photoSays(() => t("photo_reading"));
  const picture = await createImageBitmap(chosen).catch(() => null);  // upright by its EXIF, as the server reads it
  if (signal.aborted) return;  // another photo was chosen meanwhile, or none
  drawPhoto(picture, null);
  const blob = face === null ? await lighter(chosen, picture).catch(() => chosen) : chosen;  // it is already, once its faces were found
  if (signal.aborted) return;
  if (tooLarge(blob)) return photoFails(tooLargeWords);
  const answer = await server.selfie({ avatar, keep: [...locks], photo: await base64(blob), face }, signal);
  if (signal.aborted) return;
  if (!answer || answer.error) return photoFails(why(answer));
  adopt(answer, since);
  photoState("done");
  readAs = answer.avatar.traits;
  if (answer.reopened) return photoSays(() => isOfPhoto() ? t("photo_reopened") : "");
  if (answer.recognised) return photoSays(() => isOfPhoto() ? t("photo_recognised") : "");
  drawPhoto(picture, answer.faces[answer.face]);
  [readNow, unsureNow] = [answer.read, answer.unsure];
  reportReading(answer);
  showChips();
  if (answer.faces.length > 1) offerFaces(blob, picture, answer, signal);
}

/** A photo as it is sent: a large one reduced, which is as much as the server looks at; of a kind that only the browser reads, HEIC in Safari, as a JPEG; any other no
    more than its picture. What a model made travels whole. */
async function lighter(blob, picture) {
  const { edge } = data.limits, large = blob.size > LARGE_BYTES && picture && Math.max(picture.width, picture.height) > edge;
  return picture && READS_BACK && (large || isRare(blob)) && !(await saysMade(blob)) ? reduced(picture, edge) : bare(blob);
}

/** A camera is on only in the state that shows what it sees. The keyboard goes on at another button when its own is gone. */
function photoState(state) {
  const before = part("photo").dataset.state, held = document.activeElement;
  if (state !== "camera") stopCamera(part("video"));
  part("photo").dataset.state = state;
  part("camera").setAttribute("aria-disabled", state === "reading");
  if (part("photo").querySelector(".row").contains(held) && !inSight(held)) part(state === "camera" ? "snap" : before === "camera" ? "camera" : "file").focus({ preventScroll: true });
}

/** Say something beside the photo, in the language of now and of later. words: () => sentence, or {en, zh}. */
function photoSays(words, kind = "") {
  photoWords = typeof words === "function" ? words : () => label(words);
  part("photo-status").textContent = photoWords();
  part("photo-status").dataset.kind = kind;
}

function photoFails(words) {
  photoState("failed");
  photoSays(words, "error");
}

/** Let go of the photo; the avatar stays. */
function clearPhoto() {
  forgetReading();
  const canvas = part("photo-canvas");
  canvas.width = canvas.height = 0;  // its pixels are freed at once
  canvas.hidden = true;
  photoState("idle");
  photoSays(() => "");
  tell(() => t("photo_cleared"));
}

/** Let go of all that was said about a photo, and of what is under way for it. Returns the signal of the next one. */
function forgetReading() {
  reading.abort();
  reading = new AbortController();
  closeCamera();
  part("faces").replaceChildren();
  part("chips").replaceChildren();
  readNow = unsureNow = [];
  readAs = null;
  dropGroup();
  return reading.signal;
}

/** Whether there is a choice of faces, what was read and what was not; said anew when the language changes, and no more once the avatar is another. */
function reportReading({ unsure, faces }) {
  photoSays(() => !isOfPhoto() ? "" : sentences([
    ...(faces.length > 1 ? [t("photo_faces")] : []),
    t("photo_read"),
    ...(unsure.length ? [t("photo_unsure", { names: unsureNames(unsure) })] : []),
  ]));
}

/** First the ones that have a chip. */
function unsureNames(unsure) {
  const traits = unsure.map((name) => traitNamed[name]), words = (some) => some.map(traitName);
  const names = [...new Set([...words(traits.filter(standsAlone)), ...words(traits)])], more = names.length - MOST_UNSURE;
  return more > 1 ? t("photo_more", { names: listed(names.slice(0, MOST_UNSURE)), count: more }) : listed(names);
}

const standsAlone = (trait) => controlOf(trait) !== trait.name || trait.kind === "choice";

/** Those of the names whose traits still are as the photo was read. */
const asRead = (names) => names.filter((name) => avatar.traits[name] === readAs[name]);

/** Whether the avatar still is the one of the photo: a few traits of any other are as in it by chance. */
function isOfPhoto() {
  const names = readNow.length ? readNow : Object.keys(readAs ?? {});
  return 2 * asRead(names).length >= names.length;
}

/** What is said of the photo, for the avatar of now. */
function showReading() {
  showChips();
  const words = photoWords();
  if (part("photo-status").textContent !== words) part("photo-status").textContent = words;  // it is read out
}

/** A chip for each choice and colour that was read, one a group for its sliders; what was not sure comes last, dashed. */
function showChips() {
  const chips = new Map(), order = data.traits.map((trait) => trait.name);
  const inOrder = (names) => [...names].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const names = isOfPhoto() ? [...inOrder(asRead(readNow)), ...inOrder(asRead(unsureNow))] : [];
  for (const name of names) {
    const trait = traitNamed[name], unsure = unsureNow.includes(name), control = controlOf(trait), alone = standsAlone(trait);
    const absent = ["wink", "moustache", "headwear"].includes(name) && avatar.traits[name] === "none" && !unsure;
    if (unsure && !alone || isMoot(control, avatar.traits) || absent) continue;
    const key = alone ? control : trait.group;
    if (!chips.has(key)) chips.set(key, traitChip(trait, { alone, unsure }));
  }
  part("chips").replaceChildren(...chips.values());
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

// ---- several faces
function offerFaces(blob, picture, answer, signal) {
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
  const everyone = button("photo_everyone", () => busily(everyone, () => drawEveryone(blob, answer.faces.length, signal)), { "data-part": "everyone" });
  part("faces").append(everyone);
}

/** A picture with an avatar for everyone on the photo, or for the most prominent if they are many, shown with a button that downloads it. total: faces. */
async function drawEveryone(blob, total, signal) {
  const answer = await server.everyone({ avatar, photo: await base64(blob) }, signal);
  if (signal.aborted) return;
  if (!answer?.png) return tell(why(answer), "error");
  dropGroup();
  const words = () => t(answer.count < total ? "photo_everyone_most" : "photo_everyone_save", { count: answer.count, total });
  const picture = make("img", { src: answer.png });
  say(picture, () => t("photo_everyone"), "alt");
  part("group").append(picture, button(words, () => download({ name: "avatars.png", file: answer.png })));
  part("group").hidden = false;
}

function dropGroup() {
  part("group").replaceChildren();
  part("group").hidden = true;
}
