// The editor: a tab for each group of traits, with its lock for the dice, and one for the background.
const locks = new Set(), MANY = 12;

function buildEditor() {
  for (const group of data.groups) addTab(group, groupControls(group), lockButton(group), resetButton(group));
  addTab({ name: "background", ...bilingual("background"), peek: [1, 50, 50] }, backgroundControls());
  openTab(data.groups[0].name);
}

/** The controls of a group: choices first, then colours, then sliders; less used ones folded away. More choices than MANY come
    after the colours, which would stand screens below them. */
function groupControls(group) {
  const order = { choice: 0, colour: 1, choices: 2, slider: 3 };
  const entries = [];
  for (const trait of traitsOf(group)) {
    const name = controlOf(trait);
    if (trait.name === "skin_undertone" || (trait.colour && trait.part !== "hue")) continue;  // stands with its tone or hue
    if (trait.name === "skin_tone") entries.push([name, "colour", skinColour(trait, traitNamed.skin_undertone)]);
    else if (trait.colour) entries.push([name, "colour", colour(trait.colour)]);
    else if (trait.kind === "choice") entries.push([name, trait.choices.length > MANY ? "choices" : "choice", choice(trait, group.look)]);
    else entries.push([name, "slider", slider(trait)]);
  }
  entries.sort((one, other) => order[one[1]] - order[other[1]]);
  for (const [name, , node] of entries) if (name in data.moot) shown.push(({ traits }) => { node.hidden = isMoot(name, traits); });
  const visible = entries.filter(([name]) => !data.folded.includes(name)).map(([, , node]) => node);
  const folded = entries.filter(([name]) => data.folded.includes(name)).map(([, , node]) => node);
  if (group.name === "fringe") visible.unshift(saysWhenAllAreMoot("no_fringe", entries));
  if (!folded.length) return visible;
  const more = make("details", { class: "more" }, saying("summary", "more"), ...folded);
  more.addEventListener("toggle", scheduleThumbnails);
  shown.push(() => { more.hidden = folded.every((node) => node.hidden); });
  return [...visible, more];
}

/** What an empty panel says instead. */
function saysWhenAllAreMoot(key, entries) {
  const node = hint(key);
  shown.push(() => { node.hidden = !entries.every(([, , one]) => one.hidden); });
  return node;
}

const traitsOf = (group) => data.traits.filter((trait) => trait.group === group.name);

function backgroundControls() {
  const options = data.backgrounds.map((name) => ({ name, ...bilingual(`background_${name}`) }));
  const kinds = choices("background", () => t("background"), options, [1, 50, 50], (now) => now.background, (background) => decide({ background }));
  const own = make("input", { type: "color" });
  say(own, () => t("background_own"), "aria-label");
  const paint = (hex) => {
    const seen = avatar.background === "transparent" ? "plain" : avatar.background;
    editFields({ background_colour: hex, background: seen });
  };
  own.addEventListener("input", () => paint(own.value));
  own.addEventListener("change", () => settle(true));  // Safari says so for every shade on the way
  shown.push((now) => { own.value = now.background_colour; });
  const dot = (hex) => ({ css: hex, name: () => colourName(hslOf(hex)), pick: () => paint(hex), on: (now) => now.background !== "transparent" && now.background_colour === hex });
  const row = swatches(data.backdrops.map(dot));
  row.append(own);
  return [kinds, make("fieldset", { class: "colour", "data-trait": "background_colour" }, saying("legend", "background_colour"), row)];
}

function lockButton(group) {
  const words = saying("span", () => t(locks.has(group.name) ? "locked" : "unlocked"));
  const button = make("button", { type: "button", class: "button small lock", "data-lock": group.name, "aria-pressed": false }, icon("lock"), words);
  say(button, () => t("lock"), "title");
  say(button, () => t("chip", { name: t("lock"), value: label(group) }), "aria-label");
  button.addEventListener("click", () => {
    const keeps = !locks.delete(group.name);
    if (keeps) {
      locks.add(group.name);
      wish([...traitsOf(group).map(({ name }) => name), "seed"]);
    }
    button.setAttribute("aria-pressed", keeps);
    element.querySelector(`#tab-${group.name}`).classList.toggle("kept", keeps);
    words.textContent = t(keeps ? "locked" : "unlocked");
  });
  return button;
}

function resetButton(group) {
  const button = make("button", { type: "button", class: "button small" }, icon("reset"), saying("span", "reset"));
  say(button, () => t("reset_long"), "title");
  button.addEventListener("click", () => {
    edit(Object.fromEntries(traitsOf(group).map((trait) => [trait.name, trait.default])));
    settle();
  });
  return button;
}
