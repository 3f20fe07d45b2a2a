// One control for each kind of trait: a slider, a set of pictured choices, a colour. Each returns an element.
const traitNamed = Object.fromEntries(data.traits.map((trait) => [trait.name, trait]));

/** The `data-trait` of the control in which a trait stands: tone and undertone of the skin share one, and so do the three of a colour. */
const controlOf = ({ name, colour }) => /^skin_/.test(name) ? "skin" : colour ? `${colour}_colour` : name;

/** Whether a control changes nothing just now. */
const isMoot = (control, traits) => (data.moot[control] ?? []).some((situation) => Object.entries(situation).every(([name, among]) => among.includes(traits[name])));

/** Follow a range input: move(number) while it is dragged, done() when it is let go. Chromium moves it at once under a finger that
    only wants to scroll the page, then cancels the pointer and never says `change`: back(number of before) takes that back. */
function slides(input, move, done = settle, back = unsettle) {
  let before = null;
  input.addEventListener("pointerdown", () => { before = Number(input.value); });
  input.addEventListener("input", () => move(Number(input.value)));
  input.addEventListener("change", () => done());
  input.addEventListener("pointercancel", () => back(before));
}

/** A slider of a number: {node, input, show(number, words)}. zero: where its bar starts; move, done and back as in slides. */
function numberSlider({ id, low, high, step = 0.01, zero, name, move, done, back }) {
  const input = make("input", { type: "range", id, min: low, max: high, step });
  const title = saying("label", name, { for: id }), value = make("output", { for: id, "aria-live": "off" });
  const share = (number) => (number - low) / (high - low);
  let stands;  // most sliders stay where they are, and writing the same again costs a layout
  if (zero === low) input.classList.add("from-start");
  slides(input, move, done, back);
  return { node: make("div", { class: "slider" }, title, value, input), input, show };

  function show(number, words) {
    if (Number(input.value) !== number) input.value = number;
    if (number === stands) return;
    stands = number;
    value.textContent = words;
    input.style.setProperty("--from", Math.min(share(number), share(zero)));
    input.style.setProperty("--to", Math.max(share(number), share(zero)));
  }
}

/** Of a number that is no trait. about: as of numberSlider, and now(avatar), the number. */
function freeSlider({ now, ...about }) {
  const { node, input, show } = numberSlider(about);
  shown.push((current) => {
    const number = now(current), words = Math.round(100 * number);
    show(number, words);
    input.ariaValueText = `${words}%`;
  });
  return node;
}

function slider(trait, name = () => label(trait)) {
  const { node, input, show } = numberSlider({
    id: `trait-${trait.name}`, low: trait.low, high: trait.high, step: trait.kind === "angle" ? 1 : (trait.high - trait.low) / 100,
    zero: Math.max(trait.low, 0), name, move: (value) => edit({ [trait.name]: value }),
  });
  const spoken = () => avatar ? spokenValue(trait, avatar.traits) : "";
  say(input, spoken, "aria-valuetext");
  node.dataset.trait = trait.name;
  if (trait.colour || GROUNDS[trait.name]) input.classList.add("painted");
  let painted;
  shown.push(({ traits }) => {
    const now = traits[trait.name], ground = trait.colour ? colourTrack(trait.part, colourOf(traits, trait.colour)) : GROUNDS[trait.name]?.(traits);
    if (ground !== painted) input.style.setProperty("--ground", painted = ground);
    show(now, trait.kind === "angle" ? `${now}°` : Math.round(100 * now));
    if (input.ariaValueText !== spoken()) input.ariaValueText = spoken();
  });
  return node;
}

/** Pictured radio buttons. options: [{name, en, zh}]; look: how far and where the thumbnails look in. */
function choices(name, title, options, look, current, choose) {
  const grid = make("div", { class: "grid" });
  const pictures = options.map((option) => {
    const input = make("input", { type: "radio", name: `choice-${name}`, value: option.name });
    const picture = make("img", { alt: "", draggable: "false" });
    lookAt(picture, look);
    input.addEventListener("change", () => choose(option.name));
    shown.push((now) => { input.checked = current(now) === option.name; });
    grid.append(make("label", { class: "choice" }, input, make("span", { class: "peek" }, picture), saying("span", () => label(option))));
    return picture;
  });
  const node = make("fieldset", { class: "choices", "data-trait": name }, saying("legend", title), grid);
  drawThumbnails(node, name, options.map((option) => option.name), pictures);
  return node;
}

function choice(trait, look) {
  return choices(trait.name, () => label(trait), trait.choices, look, (now) => now.traits[trait.name],
                 (name) => { edit({ [trait.name]: name }); settle(); });
}

/** A row of colour dots. dots: [{css, name(), pick, on(avatar)}]; those of one name are counted. */
function swatches(dots) {
  return make("div", { class: "swatches" }, ...dots.map((dot, place) => {
    const button = make("button", { type: "button", class: "swatch" });
    const before = () => dots.slice(0, place).filter((other) => other.name() === dot.name()).length;
    say(button, () => before() ? `${dot.name()} ${before() + 1}` : dot.name(), "aria-label");
    button.addEventListener("click", () => { dot.pick(); settle(); });
    let painted, pressed;
    shown.push((now) => {
      const css = typeof dot.css === "function" ? dot.css(now.traits) : dot.css, on = dot.on(now);
      if (css !== painted) button.style.setProperty("--dot", painted = css);
      if (on !== pressed) button.setAttribute("aria-pressed", pressed = on);
    });
    return button;
  }));
}

const near = (one, other) => Math.abs(one - other) < 0.006;

function colour(name) {
  const title = saying("legend", () => t("colour", { name: label(data.colours[name]) }));
  const row = swatches(data.colours[name].swatches.map(([h, s, l]) => ({
    css: hsl(h, s, l), name: () => colourName([h, s, l]),
    pick: () => edit({ [`${name}_hue`]: h, [`${name}_saturation`]: s, [`${name}_lightness`]: l }),
    on: ({ traits }) => { const [H, S, L] = colourOf(traits, name); return near(h, H) && near(s, S) && near(l, L); },
  })));
  const sliders = PIECES.map((piece) => slider(traitNamed[`${name}_${piece}`], () => t(piece)));
  const fine = make("details", { class: "fine" }, saying("summary", "fine"), ...sliders);
  return make("fieldset", { class: "colour", "data-trait": `${name}_colour` }, title, row, fine);
}

/** Tone and undertone together, with dots from pale to deep. */
function skinColour(tone, undertone) {
  const row = swatches(steps(9, (x) => ({
    css: (traits) => skin(x, traits.skin_undertone), name: () => skinName(x),
    pick: () => edit({ skin_tone: Math.round(100 * x) / 100 }),
    on: ({ traits }) => near(traits.skin_tone, Math.round(100 * x) / 100),
  })));
  return make("fieldset", { class: "colour", "data-trait": "skin" }, saying("legend", "skin"), row, slider(tone), slider(undertone));
}
