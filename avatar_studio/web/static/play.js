// The Play tab: neighbours to pick from, mixing with another avatar, exploring, favourites, and the taste that the picks taught.
const nearby = { strength: 0.5, avatars: [], stands: "", since: 0 };  // since: how many wishes there were
const strip = { shares: [], stands: "" };
const PLAY_IDLE_MS = 300, NARROWS = 0.8, NEAREST = 0.15;
let playTimer = null, playWorks = false;

function buildPlay() {
  addGroup({ name: "play", ...bilingual("play"), icon: "play" }, [nearPart(), mixPart(), explorePart(), keptPart("favourites", "favourites_none", false), keptPart("recent", "recent_none", true), tastePart()], false);
  afterwards.push(schedulePlay);
  whenOpened.push(schedulePlay);
}

function section(name, ...children) {
  const legend = make("legend");
  say(legend, () => t(name));
  return make("fieldset", { class: `play play-${name}` }, legend, ...children);
}

function hint(key) {
  const node = make("p", { class: "hint" });
  say(node, () => t(key));
  return node;
}

function button(key, click, attributes = {}) {
  const words = make("span"), node = make("button", { type: "button", class: "button small", ...attributes }, words);
  say(words, () => t(key));
  node.addEventListener("click", (event) => {
    const held = document.activeElement === node;
    click(event);
    if (held) stayNear(node);
  });
  return node;
}

/** The keyboard was at a control: if that is hidden now, it goes to the one before it. Where one is taken away, refill has seen to it. */
function stayNear(node) {
  if (!node.isConnected || inSight(node)) return;
  const all = [...node.closest(".panel").querySelectorAll("button, input, select")];
  (all.slice(0, all.indexOf(node)).findLast(inSight) ?? part("tabs").querySelector("[aria-selected=true]")).focus({ preventScroll: true });
}

/** A slider of a number that is no trait. about: {id, low, high, zero, name(), now(avatar), move(value), done(), back(value)}; zero is where its bar starts; done and back as in slides. */
function freeSlider({ id, low, high, zero, name, now, move, done, back }) {
  const input = make("input", { type: "range", id, min: low, max: high, step: 0.01 });
  const title = make("label", { for: id }), value = make("output", { for: id, "aria-live": "off" });
  const share = (number) => (number - low) / (high - low);
  say(title, name);
  slides(input, move, done, back);
  const show = (current) => {
    const number = now(current);
    if (Number(input.value) !== number) input.value = number;
    value.textContent = Math.round(100 * number);
    input.ariaValueText = `${value.textContent}%`;
    input.style.setProperty("--from", Math.min(share(number), share(zero)));
    input.style.setProperty("--to", Math.max(share(number), share(zero)));
  };
  if (zero === low) input.classList.add("from-start");
  shown.push(show);
  return make("div", { class: "slider" }, title, value, input);
}

const between = (low, high) => `${low} ↔ ${high}`;

// ---- more like this
function nearPart() {
  const grid = gallery("neighbours", "near_pick", "near");
  const move = (value) => { nearby.strength = value; showAvatar(); };
  const strength = freeSlider({
    id: "near-strength", low: 0.1, high: 1, zero: 0.1, name: () => t("near_far"), now: () => nearby.strength, move, back: move, done: () => { nearby.stands = ""; schedulePlay(); },
  });
  return section("near", hint("near_hint"), grid, make("div", { class: "row" }, strength, button("near_again", () => { nearby.stands = ""; schedulePlay(); }, { "data-part": "near-again" })));
}

async function refreshNear() {
  const ofNow = () => JSON.stringify([{ ...avatar, seed: locks.size ? avatar.seed : null }, [...locks]]), stands = ofNow(), since = wishes;
  if (stands === nearby.stands) return;
  const answer = await server.neighbours({ avatar, strength: nearby.strength, keep: [...locks] });
  if (!answer?.images || stands !== ofNow()) return;
  Object.assign(nearby, { stands, since, avatars: answer.avatars });
  fill(part("neighbours"), answer.images, pickNear);
}

function pickNear(place) {
  const chosen = nearby.avatars[place];
  if (!chosen) return;
  rememberPick(chosen.traits, nearby.avatars.filter((one) => one !== chosen).map((one) => one.traits));
  nearby.strength = Math.max(NEAREST, Math.round(100 * nearby.strength * NARROWS) / 100);
  nearby.avatars = [];
  dropAsked();
  avatar = withWishes(chosen, nearby.since);  // it may have stood there for a while
  showAvatar();
  commit();
  want(true);
}

/** A row that fill() puts pictures to click into; key names the whole. */
function gallery(name, key, title) {
  const node = make("div", { class: name, "data-part": name, role: "group" });
  node.label = () => {};
  say(node, () => { node.label(); return t(title); }, "aria-label");
  node.dataset.key = key;
  return node;
}

/** A picture's place keeps its button, so that the keyboard's focus stays where it was and no click is lost. */
function fill(node, sources, click, values = () => ({})) {
  const before = [...node.children];
  for (const gone of before.splice(sources.length)) {
    if (gone === document.activeElement) before.at(-1)?.focus();
    gone.remove();
  }
  sources.forEach((source, place) => {
    const picture = before[place] ?? make("button", { type: "button", class: "picture" }, make("img", { alt: "", draggable: "false" }));
    if (picture.firstChild.src !== source) picture.firstChild.src = source;
    picture.onclick = () => click(place);
    if (!before[place]) node.append(picture);
  });
  node.label = () => [...node.children].forEach((picture, place) => picture.setAttribute("aria-label", t(node.dataset.key, { number: place + 1, ...values(place) })));
  node.label();
}

// ---- mixing
function mixPart() {
  const partners = gallery("partners", "mix_with", "mix");
  const code = make("input", { type: "text", maxlength: 2000, autocomplete: "off", spellcheck: "false", "data-part": "mix-code" });
  say(code, () => t("mix_code"), "aria-label");
  say(code, () => t("mix_code"), "placeholder");
  const form = make("form", { class: "row" }, code, button("mix_use", () => {}, { type: "submit" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (code.value.trim()) mixWithCode(codeIn(code.value));
  });
  const way = gallery("strip", "mix_step", "mix_strip");
  const sliders = ["mix_shape", "mix_features", "mix_colours"].map((key, place) => freeSlider({
    id: key.replace("_", "-"), low: 0, high: 1, zero: 0, name: () => t(key), now: (current) => current.mix[place],
    move: (value) => editBackground({ mix: avatar.mix.map((old, i) => i === place ? value : old) }),
  }));
  const end = button("mix_end", () => { editBackground({ partner: null, mix: [0, 0, 0] }); settle(); }, { "data-part": "mix-end" });
  const mixed = make("div", { class: "mixed" }, way, ...sliders, end);
  shown.push(({ partner, mix }) => {
    mixed.hidden = !partner;
    [...way.children].forEach((node, place) => node.setAttribute("aria-pressed", mix.every((weight) => Math.abs(weight - strip.shares[place]) < 0.002)));
  });
  const showPartners = () => {
    const all = [...kept.favourites.all, ...kept.recent.all.filter((one) => !isFavourite(one.code))].slice(0, 24);
    fill(partners, all.map((one) => one.picture), (place) => mixWithCode(all[place].code));
    partners.hidden = !all.length;
  };
  keptChanged.push(showPartners);
  showPartners();
  return section("mix", hint("mix_hint"), partners, make("div", { class: "row" }, button("mix_dice", mixWithAnyone, { "data-part": "mix-dice" }), form), mixed);
}

/** The code in a pasted link, or the text itself. */
function codeIn(text) {
  try { return new URL(text.trim()).searchParams.get("a") ?? text; } catch { return text.trim(); }
}

async function mixWithCode(code) {
  const answer = await server.open({ code, drawn: false });  // only its traits and seed are mixed
  if (!answer?.avatar) return tell(answer?.error ?? (() => t("no_answer")), "error");
  mixWith(answer.avatar);
}

async function mixWithAnyone() {
  const answer = await server.candidates({ avatar, keep: [] });
  if (!answer?.avatars) return tell(answer?.error ?? (() => t("no_answer")), "error");
  const many = answer.avatars.map((one) => tasteOf(data.traits, one.traits));
  mixWith(answer.avatars[diceFollow() ? chooseByTaste(tasteWeights, many) : 0]);
}

function mixWith({ traits, seed }) {
  editBackground({ partner: { traits, seed }, mix: avatar.mix.some(Boolean) ? avatar.mix : [0, 0, 1] });
  settle();
}

async function refreshStrip() {
  const ways = ({ mix, ...rest }) => JSON.stringify(rest), stands = ways(avatar);
  if (!avatar.partner || stands === strip.stands) return;
  const answer = await server.strip({ avatar });
  if (!answer?.images || stands !== ways(avatar)) return;
  Object.assign(strip, { stands, shares: answer.shares });
  const share = (place) => ({ share: Math.round(100 * strip.shares[place]) });
  fill(part("strip"), answer.images, (place) => { editBackground({ mix: Array(3).fill(strip.shares[place]) }); settle(); }, share);
  showAvatar();
}

// ---- exploring
function explorePart() {
  const typical = freeSlider({
    id: "truncation", low: 0, high: data.truncation, zero: 1, name: () => between(t("truncation_low"), t("truncation_high")),
    now: (current) => current.truncation, move: (value) => editBackground({ truncation: value }),
  });
  const sliders = data.explore.map((ends, place) => freeSlider({
    id: `explore-${place}`, low: -1, high: 1, zero: 0, name: () => between(...ends.map((end) => end[language === "zh" ? 1 : 0])),
    now: (current) => current.explore[place],
    move: (value) => editBackground({ explore: avatar.explore.map((old, i) => i === place ? value : old) }),
  }));
  const back = button("reset", () => { editBackground({ truncation: 1, explore: avatar.explore.map(() => 0) }); settle(); }, { "data-part": "explore-reset" });
  return section("explore", hint("explore_hint"), make("div", { class: "sliders" }, typical, ...sliders), back);
}

// ---- favourites and recent ones
function keptPart(name, empty, canClear) {
  const shelf = gallery(name, "kept_open", name), none = hint(empty), clear = button("clear", () => keep(name, () => []), { "data-part": `${name}-clear` });
  const show = () => {
    const { all } = kept[name];
    fill(shelf, all.map((one) => one.picture), (place) => fetchAvatar(server.open({ code: all[place].code })));
    none.hidden = all.length > 0;
    shelf.hidden = !all.length;
    clear.hidden = !all.length || !canClear;
  };
  keptChanged.push(show);
  show();
  return section(name, none, shelf, clear);
}

// ---- taste
function tastePart() {
  const known = make("p", { class: "hint" }), chips = make("div", { class: "chips", "data-part": "taste" });
  const follow = make("input", { type: "checkbox", checked: true, "data-part": "follow" }), words = make("span");
  say(words, () => t("taste_follow"));
  const check = make("label", { class: "check" }, follow, words);
  const forget = button("taste_forget", () => keep("picks", () => []), { "data-part": "taste-forget" });
  const show = () => {
    const count = kept.picks.all.length;
    known.textContent = count ? t("taste_known", { count }) : t("taste_none");
    chips.replaceChildren(...(count ? strongest().map(tasteChip) : []));
    check.hidden = forget.hidden = !count;
  };
  keptChanged.push(show);
  spoken.push([known, () => { show(); return known.textContent; }, null]);
  show();
  return section("taste", known, chips, check, forget, hint("kept_private"));
}

/** The parts of the taste that weigh most: a choice, a slider, or the hue of a colour each. */
function strongest(most = 9) {
  const meanings = tasteMeanings(data.traits), found = [];
  meanings.forEach(({ trait, choice, part: piece }, i) => {
    const weight = tasteWeights[i];
    if (piece === "cos") found.push({ trait, hue: (Math.atan2(tasteWeights[i + 1], weight) * 180 / Math.PI + 360) % 360, size: Math.hypot(weight, tasteWeights[i + 1]) });
    else if (piece !== "sin") found.push({ trait, choice, weight, size: Math.abs(weight) });
  });
  return found.sort((one, other) => other.size - one.size).slice(0, most);
}

function tasteChip({ trait, choice, weight, hue }) {
  const words = make("span"), dot = make("i");
  if (choice) words.textContent = `${weight > 0 ? "♥" : "✕"} ${t("chip", { name: label(trait), value: label(choice) })}`;
  else words.textContent = hue === undefined ? `${label(trait)} ${weight > 0 ? "↑" : "↓"}` : label(trait);
  if (hue === undefined) return make("span", { class: "chip" }, words);
  dot.style.background = hsl(hue, 0.7, 0.6);
  return make("span", { class: "chip" }, dot, words);
}

// ---- drawn when nothing is dragged, and only while it is looked at
function schedulePlay() {
  clearTimeout(playTimer);
  playTimer = setTimeout(refreshPlay, PLAY_IDLE_MS);
}

async function refreshPlay() {
  if (openGroup !== "play") return;
  if (playWorks || live.busy || !same(avatar, committed)) return;  // the next picture at rest calls again
  playWorks = true;
  const before = JSON.stringify(avatar);
  try {
    await refreshStrip();
    await refreshNear();
  } finally {
    playWorks = false;
  }
  if (before !== JSON.stringify(avatar)) schedulePlay();
}
