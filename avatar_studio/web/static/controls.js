// One control for each kind of trait: a slider, a set of pictured choices, a colour. Each returns an element.
const traitNamed = Object.fromEntries(data.traits.map((trait) => [trait.name, trait]));

/** Follow a range input: move(number) while it is dragged, done() when it is let go. Chromium moves it at once under a finger that
    only wants to scroll the page, then cancels the pointer and never says `change`: back(number of before) takes that back. */
function slides(input, move, done = settle, back = unsettle) {
  let before = null;
  input.addEventListener("pointerdown", () => { before = Number(input.value); });
  input.addEventListener("input", () => move(Number(input.value)));
  input.addEventListener("change", done);
  input.addEventListener("pointercancel", () => back(before));
}

function slider(trait, name = () => label(trait)) {
  const id = `trait-${trait.name}`;
  const input = make("input", { type: "range", id, min: trait.low, max: trait.high,
                                step: trait.kind === "angle" ? 1 : (trait.high - trait.low) / 100 });
  const title = make("label", { for: id }), value = make("output", { for: id, "aria-live": "off" });
  const spoken = () => avatar ? spokenValue(trait, avatar.traits) : "";
  say(title, name);
  say(input, spoken, "aria-valuetext");
  slides(input, (value) => edit({ [trait.name]: value }));
  const middle = trait.low < 0 ? 0.5 : 0;
  if (!middle) input.classList.add("from-start");
  let stands, painted;  // what it shows: most sliders stay where they are, and writing the same again costs a layout
  shown.push(({ traits }) => {
    const now = traits[trait.name], at = (now - trait.low) / (trait.high - trait.low);
    const ground = trait.colour ? colourTrack(trait.part, colourOf(traits, trait.colour)) : GROUNDS[trait.name]?.(traits);
    if (ground !== painted) input.style.setProperty("--ground", painted = ground);
    if (Number(input.value) !== now) input.value = now;
    if (input.ariaValueText !== spoken()) input.ariaValueText = spoken();
    if (now === stands) return;
    stands = now;
    value.textContent = trait.kind === "angle" ? `${now}°` : Math.round(100 * now);
    input.style.setProperty("--from", Math.min(at, middle));
    input.style.setProperty("--to", Math.max(at, middle));
  });
  if (trait.colour || GROUNDS[trait.name]) input.classList.add("painted");
  return make("div", { class: "slider", "data-trait": trait.name }, title, value, input);
}

/** Pictured radio buttons. options: [{name, en, zh}]; look: how far and where the thumbnails look in. */
function choices(name, title, options, look, current, choose) {
  const grid = make("div", { class: "grid" });
  const pictures = options.map((option) => {
    const input = make("input", { type: "radio", name: `choice-${name}`, value: option.name });
    const picture = make("img", { alt: "", draggable: "false" }), words = make("span");
    lookAt(picture, look);
    say(words, () => label(option));
    input.addEventListener("change", () => choose(option.name));
    shown.push((now) => { input.checked = current(now) === option.name; });
    grid.append(make("label", { class: "choice" }, input, make("span", { class: "peek" }, picture), words));
    return picture;
  });
  const legend = make("legend");
  say(legend, title);
  const node = make("fieldset", { class: "choices", "data-trait": name }, legend, grid);
  drawThumbnails(node, name, options.map((option) => option.name), pictures);
  return node;
}

function choice(trait, look) {
  return choices(trait.name, () => label(trait), trait.choices, look, (now) => now.traits[trait.name],
                 (name) => { edit({ [trait.name]: name }); settle(); });
}

/** Enlarge a picture in its round or square window: look = [times, centre x %, centre y %]. */
function lookAt(picture, [times, x, y]) {
  const inside = (at) => Math.min(0, Math.max(100 - 100 * times, 50 - times * at));
  Object.assign(picture.style, { width: `${100 * times}%`, left: `${inside(x)}%`, top: `${inside(y)}%` });
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
  const about = data.colours[name], title = make("legend");
  say(title, () => t("colour", { name: label(about) }));
  const row = swatches(about.swatches.map(([h, s, l]) => ({
    css: hsl(h, s, l), name: () => colourName([h, s, l]),
    pick: () => edit({ [`${name}_hue`]: h, [`${name}_saturation`]: s, [`${name}_lightness`]: l }),
    on: ({ traits }) => { const [H, S, L] = colourOf(traits, name); return near(h, H) && near(s, S) && near(l, L); },
  })));
  const more = make("summary");
  say(more, () => t("fine"));
  const sliders = PIECES.map((piece) => slider(traitNamed[`${name}_${piece}`], () => t(piece)));
  const fine = make("details", { class: "fine" }, more, ...sliders);
  return make("fieldset", { class: "colour", "data-trait": `${name}_colour` }, title, row, fine);
}

/** Tone and undertone together, with dots from pale to deep. */
function skinColour(tone, undertone) {
  const title = make("legend");
  say(title, () => t("skin"));
  const row = swatches(steps(9, (x) => ({
    css: (traits) => skin(x, traits.skin_undertone), name: () => skinName(x),
    pick: () => edit({ skin_tone: Math.round(100 * x) / 100 }),
    on: ({ traits }) => near(traits.skin_tone, Math.round(100 * x) / 100),
  })));
  return make("fieldset", { class: "colour", "data-trait": "skin" }, title, row, slider(tone), slider(undertone));
}
