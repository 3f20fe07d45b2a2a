// The Style tab: presets seen on this avatar, how strongly, a second one, and styles that are learned from a picture.
const own = { job: null, list: null, pictures: new Map(), draw: null };  // pictures: an <img> for each style's id; draw: see drawThumbnails

function buildStyle() {
  const none = { name: "none", ...bilingual("style_none") }, all = [none, ...data.styles];
  const presets = choices("style", () => t("style_presets"), all, [1, 50, 50], (now) => now.style, (style) => decide({ style }));
  addTab({ name: "style", ...bilingual("style"), icon: "brush" }, [presets, blendPart(all), ownPart()]);
}

function blendPart(all) {
  const strength = freeSlider({ id: "style-strength", low: 0, high: 1, zero: 0, name: () => t("style_strength"), now: (now) => now.strength,
                                move: (value) => editFields({ strength: value }) });
  const second = make("select", { id: "second-style" }, ...all.map((one) => saying("option", () => one.name === "none" ? t("style_no_second") : label(one), { value: one.name })));
  second.addEventListener("change", () => decide({ second_style: second.value, blend: second.value === "none" ? 0 : avatar.blend || 0.5 }));
  const blend = freeSlider({ id: "style-blend", low: 0, high: 1, zero: 0, name: () => t("style_blend"), now: (now) => now.blend,
                             move: (value) => editFields({ blend: value, second_style: second.value }) });
  let held = false;  // Safari does not focus what is dragged, and ends the drag of one that is hidden
  blend.addEventListener("pointerdown", () => { held = true; });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { held = false; }, true);
  const more = make("div", { class: "styled" }, strength, make("div", { class: "row" }, saying("label", "style_second", { for: "second-style" }), second), blend);
  shown.push((now) => {
    more.hidden = now.style === "none";
    if (now.blend) second.value = now.second_style;
    else if (!blend.contains(document.activeElement) && !held) second.value = "none";  // while one is at the slider, its 0 keeps the choice in sight
    blend.hidden = second.value === "none";
  });
  return more;
}

function ownPart() {
  const name = textField("own_name", { maxlength: data.limits.name, "data-part": "own-name" });
  const picture = fileButton("own_picture", learnStyle, { "data-part": "own-picture" });
  const file = fileButton("own_open", openStyle, { accept: ".safetensors", "data-part": "own-file" });
  own.job = jobBox({ name: "own", key: "avatar-studio-job", ask: server.learning, take: takeLearned });
  own.list = make("div", { class: "own", "data-part": "own-list" });
  own.draw = drawThumbnails(own.list, "style", [], []);
  styles.changed.push(listStyles);
  whenGone(styles, ({ id }) => { forgetLearned(id); own.job.letGo(id); });
  listStyles();
  shown.push((now) => { for (const use of own.list.querySelectorAll("[data-style]")) use.setAttribute("aria-pressed", use.dataset.style === now.style); });
  return section("own_style", hint("own_hint"), own.list, make("div", { class: "row" }, name, picture, file), own.job.node);
}

function listStyles() {
  refill(own.list, styles.all.map((one) => {
    if (!own.pictures.has(one.id)) own.pictures.set(one.id, make("img", { alt: "", draggable: "false" }));
    return tile(() => one.name, own.pictures.get(one.id), () => decide({ style: one.id }), { "data-style": one.id, "aria-pressed": avatar?.style === one.id, title: one.name },
      button("own_save", () => download({ name: weightsName(one.name, "style"), file: weightsUri(one.file) })), surely("own_delete", "own_delete_sure", () => dropStyle(one)));
  }), part("own-picture"));
  const ids = styles.all.map(({ id }) => id);
  own.draw(ids, ids.map((id) => own.pictures.get(id)));
}

function dropStyle({ id, file }) {
  styles.change((all) => all.filter((one) => one.id !== id));
  server.forget_style({ file });
}

async function openStyle(file) {
  const answer = await server.adopt({ file: await base64(file) });
  if (!answer?.style) return tell(why(answer), "error");
  const { style } = answer;
  if (styles.all.length >= MOST_STYLES && !styles.all.some(({ id }) => id === style.id)) {
    server.forget_style({ file: style.file });
    return tell(() => t("own_full", { most: MOST_STYLES }), "error");
  }
  if (takeStyle(style)) tell(() => t("own_opened", { name: style.name }));
  else tell(() => t("unstored"), "error");
}

/** False when this browser could not store it. */
function takeStyle(style) {
  const stored = styles.change((all) => [style, ...all.filter((one) => one.id !== style.id)]);
  decide({ style: style.id, strength: 1 });
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
  if (styles.all.length >= MOST_STYLES) return tell(() => t("own_full", { most: MOST_STYLES }), "error");
  const name = part("own-name").value.trim() || file.name.replace(/\.\w+$/, "").slice(0, data.limits.name);
  const begun = await own.job.begin([part("own-picture")], async () => server.learn({ session: own.job.session, name, picture: await toLearn(file, "style") }));
  if (begun) part("own-name").value = "";
}
