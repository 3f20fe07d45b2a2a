// The Play tab: neighbours to pick from, mixing with another avatar, exploring, favourites, and the taste that the picks taught.
const nearby = { strength: 0.5, avatars: [], stands: "", since: 0 };  // since: how many wishes there were
const strip = { shares: [], stands: "" };
const NARROWS = 0.8, NEAREST = 0.15;
let playWorks = false;
const schedulePlay = drawWhileOpen("play", refreshPlay);

function buildPlay() {
  addTab({ name: "play", ...bilingual("play"), icon: "play" }, [nearPart(), mixPart(), explorePart(), keptPart("favourites", "favourites_none", false), keptPart("recent", "recent_none", true), tastePart()]);
}

async function refreshPlay() {
  if (playWorks) return;
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

// ---- pictures to click
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

// ---- more like this
function nearPart() {
  const grid = gallery("neighbours", "near_pick", "near");
  const others = () => { nearby.stands = ""; schedulePlay(); };
  const move = (value) => { nearby.strength = value; showAvatar(); };
  const strength = freeSlider({ id: "near-strength", low: 0.1, high: 1, zero: 0.1, name: () => t("near_far"), now: () => nearby.strength, move, back: move, done: others });
  return section("near", hint("near_hint"), grid, make("div", { class: "row" }, strength, button("near_again", others, { "data-part": "near-again" })));
}

async function refreshNear() {
  const ofNow = () => JSON.stringify([{ ...avatar, seed: locks.size ? avatar.seed : null }, [...locks]]), stands = ofNow(), since = wishes;
  if (stands === nearby.stands) return;
  const answer = await server.neighbours({ avatar, strength: nearby.strength, keep: [...locks] });
  if (!answer) setTimeout(schedulePlay, RETRY_MS);
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

// ---- mixing
function mixPart() {
  const partners = gallery("partners", "mix_with", "mix");
  const code = textField("mix_code", { maxlength: 2000, spellcheck: "false", autocapitalize: "off", autocorrect: "off", "data-part": "mix-code" });
  const form = make("form", { class: "row" }, code, button("mix_use", () => {}, { type: "submit" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (code.value.trim()) mixWithCode(codeIn(code.value));
  });
  const showPartners = () => {
    const all = [...kept.favourites.all, ...kept.recent.all.filter((one) => !isFavourite(one.code))].slice(0, 24);
    fill(partners, all.map((one) => one.picture), (place) => mixWithCode(all[place].code));
    partners.hidden = !all.length;
  };
  for (const { changed } of [kept.favourites, kept.recent]) changed.push(showPartners);
  showPartners();
  return section("mix", hint("mix_hint"), partners, make("div", { class: "row" }, button("mix_dice", mixWithAnyone, { "data-part": "mix-dice" }), form), mixedPart());
}

/** What there is to set once there is a partner. */
function mixedPart() {
  const way = gallery("strip", "mix_step", "mix_strip");
  const sliders = ["mix_shape", "mix_features", "mix_colours"].map((key, place) => freeSlider({
    id: key.replace("_", "-"), low: 0, high: 1, step: 1 / data.turns, zero: 0, name: () => t(key), now: (current) => current.mix[place],
    move: (value) => editFields({ mix: avatar.mix.map((old, i) => i === place ? value : old) }),
  }));
  const end = button("mix_end", () => decide({ partner: null, mix: [0, 0, 0] }), { "data-part": "mix-end" });
  const mixed = make("div", { class: "mixed" }, way, ...sliders, end);
  shown.push(({ partner, mix }) => {
    mixed.hidden = !partner;
    [...way.children].forEach((node, place) => node.setAttribute("aria-pressed", mix.every((weight) => Math.abs(weight - strip.shares[place]) < 0.002)));
  });
  return mixed;
}

/** The code in a pasted link, or the text itself. */
function codeIn(text) {
  try { return new URL(text.trim()).searchParams.get("a") ?? text; } catch { return text.trim(); }
}

async function mixWithCode(code) {
  const answer = await server.open({ code, drawn: false });  // only its traits and seed are mixed
  if (!answer?.avatar) return tell(why(answer), "error");
  mixWith(answer.avatar);
}

async function mixWithAnyone() {
  const answer = await server.candidates({ avatar, keep: [] });
  if (!answer?.avatars) return tell(why(answer), "error");
  mixWith(diceFollow() ? chooseAvatar(answer.avatars) : answer.avatars[0]);
}

function mixWith({ traits, seed }) {
  decide({ partner: { traits, seed }, mix: avatar.mix.some(Boolean) ? avatar.mix : [0, 0, 1] });
}

async function refreshStrip() {
  const ways = ({ mix, ...rest }) => JSON.stringify(rest), stands = ways(avatar);
  if (!avatar.partner || stands === strip.stands) return;
  const answer = await server.strip({ avatar });
  if (!answer) setTimeout(schedulePlay, RETRY_MS);
  if (!answer?.images || stands !== ways(avatar)) return;
  Object.assign(strip, { stands, shares: answer.shares });
  const share = (place) => ({ share: Math.round(100 * strip.shares[place]) });
  fill(part("strip"), answer.images, (place) => decide({ mix: Array(3).fill(strip.shares[place]) }), share);
  showAvatar();
}

// ---- exploring
function explorePart() {
  const between = (low, high) => `${low} ↔ ${high}`;
  const typical = freeSlider({
    id: "truncation", low: 0, high: data.truncation, zero: 1, name: () => between(t("truncation_low"), t("truncation_high")),
    now: (current) => current.truncation, move: (value) => editFields({ truncation: value }),
  });
  const sliders = data.explore.map((ends, place) => freeSlider({
    id: `explore-${place}`, low: -1, high: 1, zero: 0, name: () => between(...ends.map((end) => end[language === "zh" ? 1 : 0])),
    now: (current) => current.explore[place],
    move: (value) => editFields({ explore: avatar.explore.map((old, i) => i === place ? value : old) }),
  }));
  const back = button("reset", () => decide({ truncation: 1, explore: avatar.explore.map(() => 0) }), { "data-part": "explore-reset" });
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
  kept[name].changed.push(show);
  show();
  return section(name, none, shelf, clear);
}

// ---- taste
function tastePart() {
  const chips = make("div", { class: "chips", "data-part": "taste" }), follow = tickBox("taste_follow", { checked: true, "data-part": "follow" });
  const forget = button("taste_forget", () => keep("picks", () => []), { "data-part": "taste-forget" });
  const words = () => {
    const count = kept.picks.all.length;
    chips.replaceChildren(...(count ? strongest().map(tasteChip) : []));
    follow.hidden = forget.hidden = !count;
    return count ? t("taste_known", { count }) : t("taste_none");
  };
  const known = saying("p", words, { class: "hint" });
  kept.picks.changed.push(() => { known.textContent = words(); });
  return section("taste", known, chips, follow, forget, hint("kept_private"), surely("forget_all", "forget_all_sure", forgetAll));
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
