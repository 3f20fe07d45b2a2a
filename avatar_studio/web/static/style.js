// The Style tab: presets seen on this avatar, how strongly, a second one, and styles that are learned from a picture.
const OWN_KEY = "avatar-studio-styles", JOB_KEY = "avatar-studio-job", MOST_OWN = 12;
const own = { styles: ownFromStorage(), pictures: [], stands: "", job: null };

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
  afterwards.push(() => setTimeout(scheduleOwn, IDLE_MS));  // the live picture is still busy just now
  whenOpened.push(scheduleOwn);
}

function ownPart() {
  const name = make("input", { type: "text", maxlength: 40, autocomplete: "off", "data-part": "own-name" });
  say(name, () => t("own_name"), "placeholder");
  say(name, () => t("own_name"), "aria-label");
  const picture = filePart("own_picture", "image/jpeg,image/png,image/webp", learnStyle, "own-picture");
  const file = filePart("own_open", ".safetensors", openStyle, "own-file");
  own.job = jobBox({ name: "own", key: JOB_KEY, ask: server.learning, take: ({ style }) => { takeStyle(style); tell(() => t("own_done")); } });
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
  part("own-list").replaceChildren(...own.styles.map((one, place) => {
    const use = make("button", { type: "button", class: "picture", "aria-pressed": pressed(one), title: one.name });
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
  if (own.job.job) return tell(() => t("own_busy"), "error");
  const name = part("own-name").value.trim() || file.name.replace(/\.\w+$/, "").slice(0, 40);
  const answer = await server.learn({ session: own.job.session, name, picture: await base64(file).catch(() => "") });
  if (!answer?.job) return tell(answer?.error ?? (() => t("no_connection")), "error");
  part("own-name").value = "";
  own.job.begin(answer.session, answer.job);
}
