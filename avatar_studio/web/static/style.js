// The Style tab: presets seen on this avatar, how strongly, a second one, and styles that are learned from a picture.
const OWN_KEY = "avatar-studio-styles", JOB_KEY = "avatar-studio-job", MOST_OWN = 12, LEARN_ASK_MS = 700;
const own = { styles: ownFromStorage(), pictures: [], stands: "", ...jobFromStorage() };

function ownFromStorage() {
  try {
    const found = JSON.parse(localStorage.getItem(OWN_KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => /^own-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.file === "string") : [];
  } catch { return []; }  // storage is off, or somebody wrote nonsense there
}

function keepOwn(styles) {
  own.styles = styles.slice(0, MOST_OWN);
  own.stands = "";
  try { localStorage.setItem(OWN_KEY, JSON.stringify(own.styles)); } catch { /* storage is off or full: for this visit only */ }
  showOwn();
  scheduleOwn();
}

/** Give the server the styles that this browser keeps; before the first avatar, which may be painted in one. */
async function bringOwnStyles() {
  for (const { file } of own.styles) await server.adopt({ file });
}

function buildStyle() {
  const none = { name: "none", ...bilingual("style_none") };
  const presets = choices("style", () => t("style_presets"), [none, ...data.styles], [1, 50, 50], (now) => now.style, (style) => { editBackground({ style }); settle(); });
  const strength = freeSlider({ id: "style-strength", low: 0, high: 1, zero: 0, name: () => t("style_strength"), now: (now) => now.strength,
                                move: (value) => editBackground({ strength: value }) });
  const second = make("select", { id: "second-style" }), title = make("label", { for: "second-style" });
  say(title, () => t("style_second"));
  for (const one of [none, ...data.styles]) second.append(packOption(one.name, () => label(one)));
  second.addEventListener("change", () => { editBackground({ second_style: second.value, blend: avatar.blend || 0.5 }); settle(); });
  const blend = freeSlider({ id: "style-blend", low: 0, high: 1, zero: 0, name: () => t("style_blend"), now: (now) => now.blend,
                             move: (value) => editBackground({ blend: value, second_style: second.value }) });
  const more = make("div", { class: "styled" }, strength, make("div", { class: "row" }, title, second), blend);
  shown.push((now) => {
    more.hidden = now.style === "none";
    blend.hidden = second.value === "none";
    if (now.blend) second.value = now.second_style;  // at 0 the avatar names none, and the choice stays in sight
  });
  addGroup({ name: "style", ...bilingual("style"), look: [1, 50, 50] }, [presets, more, ownPart()], false);
  afterwards.push(scheduleOwn);
  whenOpened.push(scheduleOwn);
}

function ownPart() {
  const name = make("input", { type: "text", maxlength: 40, autocomplete: "off", "data-part": "own-name" });
  say(name, () => t("own_name"), "placeholder");
  say(name, () => t("own_name"), "aria-label");
  const picture = filePart("own_picture", "image/jpeg,image/png,image/webp", learnStyle, "own-picture");
  const file = filePart("own_open", ".safetensors", openStyle, "own-file");
  const job = make("div", { class: "job", "data-part": "own-job", hidden: true }, make("img", { alt: "", "data-part": "own-preview" }),
    make("p", { "data-part": "own-state", role: "status" }), make("progress", { max: 1, value: 0, "data-part": "own-progress" }),
    button("own_cancel", cancelLearning, { "data-part": "own-cancel" }));
  say(job.querySelector("progress"), () => t("take_progress"), "aria-label");
  const list = make("div", { class: "own", "data-part": "own-list" });
  queueMicrotask(() => { showOwn(); followJob(); });
  return section("own_style", hint("own_hint"), list, make("div", { class: "row" }, name, picture, file), job);
}

/** A button that opens a file. */
function filePart(key, accept, take, name) {
  const words = make("span"), input = make("input", { type: "file", accept, "data-part": name });
  say(words, () => t(key));
  input.addEventListener("change", () => {
    const chosen = input.files[0];
    input.value = "";
    if (chosen) take(chosen);
  });
  return make("label", { class: "button small file" }, words, input);
}

function showOwn() {
  part("own-list").replaceChildren(...own.styles.map((one, place) => {
    const use = make("button", { type: "button", class: "picture", "aria-pressed": avatar?.style === one.id, title: one.name });
    if (own.pictures[place]) use.append(make("img", { src: own.pictures[place], alt: "", draggable: "false" }));
    use.setAttribute("aria-label", one.name);
    use.addEventListener("click", () => { editBackground({ style: one.id }); settle(); showOwn(); });
    const words = make("span");
    words.textContent = one.name;
    const drop = () => { if (avatar.style === one.id) { editBackground({ style: "none" }); settle(); } keepOwn(own.styles.filter((other) => other !== one)); };
    return make("div", { class: "one" }, use, words, button("own_save", () => saveStyle(one)), button("own_delete", drop));
  }));
}

const saveStyle = ({ name, file }) => download({ name: `${name.replace(/[^\p{L}\p{N}-]+/gu, "-") || "style"}.safetensors`, file: `data:application/octet-stream;base64,${file}` });

async function scheduleOwn() {
  if (openGroup !== "style" || !own.styles.length || live.busy || !avatar) return;
  const names = own.styles.slice(0, 8).map((one) => one.id), stands = without(avatar, "style");
  if (own.stands === stands) return showOwn();
  own.stands = stands;
  const answer = await server.options({ avatar, trait: "style", names });
  own.pictures = answer?.images ?? [];
  showOwn();
}

async function openStyle(file) {
  const answer = await server.adopt({ file: await base64(file).catch(() => "") });
  if (!answer?.style) return tell(answer?.error ?? (() => t("no_connection")), "error");
  takeStyle(answer.style);
}

function takeStyle(style) {
  keepOwn([style, ...own.styles.filter((one) => one.id !== style.id)]);
  editBackground({ style: style.id, strength: 1 });
  settle();
}

async function learnStyle(file) {
  if (own.job) return tell(() => t("own_busy"), "error");
  const name = part("own-name").value.trim() || file.name.replace(/\.\w+$/, "").slice(0, 40);
  const answer = await server.learn({ session: own.session, name, picture: await base64(file).catch(() => "") });
  if (!answer?.job) return tell(answer?.error ?? (() => t("no_connection")), "error");
  part("own-name").value = "";
  keepJob(answer.session, answer.job);
  followJob();
}

/** The job that is under way, so that the page finds it again when it is reopened. */
function keepJob(session, job) {
  Object.assign(own, { session, job });
  try { localStorage.setItem(JOB_KEY, JSON.stringify({ session, job })); } catch { /* storage is off: for this visit only */ }
}

function jobFromStorage() {
  try {
    const { session, job } = JSON.parse(localStorage.getItem(JOB_KEY) ?? "{}");
    return { session: session ?? null, job: job ?? null };
  } catch { return { session: null, job: null }; }
}

/** Ask how far the job is until it has ended, and take its style. */
async function followJob() {
  const { session, job } = own;
  if (!job) return;
  part("own-preview").removeAttribute("src");
  part("own-job").hidden = false;
  let answer;
  while (own.job === job) {
    answer = await server.learning({ session, job });
    if (own.job !== job) return;
    if (answer?.error || answer?.style || answer?.state === "cancelled") break;
    if (answer) {  // else the server did not answer just now: ask again
      part("own-progress").value = answer.share;
      part("own-state").textContent = learningWords(answer);
      if (answer.preview) part("own-preview").src = answer.preview;
    }
    await new Promise((resolve) => setTimeout(resolve, LEARN_ASK_MS));
  }
  endJob();
  if (!answer.style) return answer.error && tell(answer.error, "error");
  takeStyle(answer.style);
  server.stop({ session, job });
  tell(() => t("own_done"));
}

function endJob() {
  keepJob(own.session, null);
  part("own-job").hidden = true;
}

function learningWords({ state, place, seconds }) {
  if (state === "queued") return t("own_queued", { place });
  if (seconds === null) return t("own_begins");
  return seconds >= 60 ? t("own_minutes", { minutes: Math.ceil(seconds / 60) }) : t("own_seconds", { seconds: Math.ceil(seconds) });
}

async function cancelLearning() {
  const { session, job } = own;
  endJob();
  if (job) await server.stop({ session, job });
}
