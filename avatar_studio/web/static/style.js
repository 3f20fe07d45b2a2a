// The Style tab: presets seen on this avatar, how strongly, a second one, and styles that are learned from a picture.
const OWN_KEY = "avatar-studio-styles", JOB_KEY = "avatar-studio-job", MOST_OWN = 12;
const ownList = storedList(OWN_KEY, isOwn, () => { showOwn(); scheduleOwn(); }), keepOwn = ownList.change;
const own = { get styles() { return ownList.all; }, pictures: {}, stands: "", job: null };  // a picture for each style's id

function isOwn(one) { return /^own-[0-9a-f]{8}$/.test(one?.id) && typeof one.name === "string" && typeof one.file === "string"; }

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
    if (now.blend) second.value = now.second_style;  // at 0 the avatar names none, and the choice stays in sight
    blend.hidden = second.value === "none";
  });
  addGroup({ name: "style", ...bilingual("style"), icon: "brush" }, [presets, more, ownPart()], false);
  afterwards.push(() => setTimeout(scheduleOwn, IDLE_MS));  // the live picture is still busy just now
  whenOpened.push(scheduleOwn);
}

function ownPart() {
  const name = make("input", { type: "text", maxlength: data.limits.name, autocomplete: "off", "data-part": "own-name" });
  say(name, () => t("own_name"), "placeholder");
  say(name, () => t("own_name"), "aria-label");
  const picture = filePart("own_picture", PICTURES, learnStyle, "own-picture");
  const file = filePart("own_open", ".safetensors", openStyle, "own-file");
  own.job = jobBox({ name: "own", key: JOB_KEY, ask: server.learning, take: takeLearned });
  const list = make("div", { class: "own", "data-part": "own-list" });
  queueMicrotask(showOwn);
  return section("own_style", hint("own_hint"), list, make("div", { class: "row" }, name, picture, file), own.job.node);
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

/** The same nodes stay until there is another style or picture, so that no click is lost. */
function showOwn() {
  const pressed = (one) => avatar?.style === one.id;
  if (own.listed?.styles === own.styles && own.listed.pictures === own.pictures) {
    own.styles.forEach((one, place) => part("own-list").children[place].firstChild.setAttribute("aria-pressed", pressed(one)));
    return;
  }
  own.listed = { styles: own.styles, pictures: own.pictures };
  refill(part("own-list"), own.styles.map((one) => {
    const use = make("button", { type: "button", class: "picture", "aria-pressed": pressed(one), title: one.name });
    if (own.pictures[one.id]) use.append(make("img", { src: own.pictures[one.id], alt: "", draggable: "false" }));
    use.setAttribute("aria-label", one.name);
    use.addEventListener("click", () => { editBackground({ style: one.id }); settle(); showOwn(); });
    const words = make("span");
    words.textContent = one.name;
    const drop = () => {
      if (avatar.style === one.id) { editBackground({ style: "none" }); settle(); }
      keepOwn((styles) => styles.filter(({ id }) => id !== one.id));
      own.job.letGo(one.id);
      server.forget_style({ file: one.file });
    };
    return make("div", { class: "one" }, use, words, button("own_save", () => saveStyle(one)), button("own_delete", drop));
  }), part("own-picture"));
}

const saveStyle = ({ name, file }) => download({ name: `${name.replace(/[^\p{L}\p{N}-]+/gu, "-") || "style"}.safetensors`, file: `data:application/octet-stream;base64,${file}` });

async function scheduleOwn() {
  if (openGroup !== "style" || !own.styles.length || live.busy || !avatar) return;
  const names = own.styles.map((one) => one.id), ofNow = () => without(avatar, "style"), stands = ofNow();
  if (own.stands === names + stands) return showOwn();
  for (let start = 0; start < names.length; start += THUMBNAILS_A_CALL) {
    const some = names.slice(start, start + THUMBNAILS_A_CALL), answer = await server.options({ avatar, trait: "style", names: some });
    if (!answer?.images || live.busy || stands !== ofNow()) return;  // the next picture at rest calls again
    own.pictures = { ...own.pictures, ...Object.fromEntries(some.map((name, place) => [name, answer.images[place]])) };
    showOwn();
  }
  own.stands = names + stands;
}

async function openStyle(file) {
  if (own.styles.length >= MOST_OWN) return tell(() => t("own_full", { most: MOST_OWN }), "error");
  const answer = await server.adopt({ file: await base64(file).catch(() => "") });
  if (!answer?.style) return tell(answer?.error ?? (() => t("no_answer")), "error");
  if (!takeStyle(answer.style)) tell(() => t("unstored"), "error");
}

/** False when this browser could not store it. */
function takeStyle(style) {
  const stored = keepOwn((styles) => [style, ...styles.filter((one) => one.id !== style.id)]);
  editBackground({ style: style.id, strength: 1 });
  settle();
  return stored;
}

function takeLearned({ style }) {
  const stored = takeStyle(style);
  if (stored) tell(() => t("own_done"));
  else tell(() => t("own_unstored"), "error");
  return stored;
}

async function learnStyle(file) {
  if (own.job.job) return tell(() => t("own_busy"), "error");
  if (own.styles.length >= MOST_OWN) return tell(() => t("own_full", { most: MOST_OWN }), "error");
  const name = part("own-name").value.trim() || file.name.replace(/\.\w+$/, "").slice(0, data.limits.name);
  const begun = await own.job.begin([part("own-picture")], async () => server.learn({ session: own.job.session, name, picture: await base64(file).catch(() => "") }));
  if (begun) part("own-name").value = "";
}
