// The editor: a tab a group, its controls, its lock for the dice, and the background beside them.
const locks = new Set();
const peeks = [];  // the tabs' little pictures of the avatar
let openGroup = null;
const whenOpened = [];  // called when another tab is open

function buildEditor() {
  for (const group of data.groups) addGroup(group, groupControls(group), true);
  addGroup({ name: "background", ...bilingual("background"), look: [1, 50, 50] }, backgroundControls(), false);
  openTab(data.groups[0].name);
  part("tabs").addEventListener("keydown", walkTabs);
  part("tabs").addEventListener("scroll", showMoreTabs);
  new ResizeObserver(showMoreTabs).observe(part("tabs"));
  afterwards.push((answer) => { for (const picture of peeks) picture.src = answer.image; });
}

function addGroup(group, controls, canLock) {
  const name = make("span");
  say(name, () => label(group));
  const tab = make("button", { type: "button", role: "tab", id: `tab-${group.name}`, "aria-controls": `panel-${group.name}`,
                               "aria-selected": false, tabindex: -1, "data-group": group.name }, make("span", { class: "peek" }, group.icon ? icon(group.icon) : peek(group.look)), name);
  tab.addEventListener("click", () => openTab(group.name));
  part("tabs").append(tab);

  const heading = make("h2");
  say(heading, () => label(group));
  const head = make("div", { class: "head" }, heading);
  if (canLock) head.append(lockButton(group, tab), resetButton(group));
  part("panels").append(make("div", { class: "panel", role: "tabpanel", id: `panel-${group.name}`, "aria-labelledby": `tab-${group.name}`,
                                      hidden: true }, head, ...controls));
}

/** The avatar of now in a tab. */
function peek(look) {
  const picture = make("img", { alt: "", draggable: "false" });
  lookAt(picture, look);
  peeks.push(picture);
  return picture;
}

/** The controls of a group: choices first, then colours, then sliders; less used ones folded away. */
function groupControls(group) {
  const order = { choice: 0, colour: 1, slider: 2 };
  const entries = [];
  for (const trait of data.traits.filter((one) => one.group === group.name)) {
    if (trait.name === "skin_undertone" || (trait.colour && trait.part !== "hue")) continue;  // stands with its tone or hue
    if (trait.name === "skin_tone") entries.push(["skin", "colour", skinColour(trait, traitNamed.skin_undertone)]);
    else if (trait.colour) entries.push([`${trait.colour}_colour`, "colour", colour(trait.colour)]);
    else if (trait.kind === "choice") entries.push([trait.name, "choice", choice(trait, group.look)]);
    else entries.push([trait.name, "slider", slider(trait)]);
  }
  entries.sort((one, other) => order[one[1]] - order[other[1]]);
  for (const [name, , node] of entries) hideWhileMoot(name, node);
  const visible = entries.filter(([name]) => !data.folded.includes(name)).map(([, , node]) => node);
  const folded = entries.filter(([name]) => data.folded.includes(name)).map(([, , node]) => node);
  if (!folded.length) return visible;
  const summary = make("summary");
  say(summary, () => t("more"));
  const more = make("details", { class: "more" }, summary, ...folded);
  more.addEventListener("toggle", scheduleThumbnails);
  return [...visible, more];
}

function hideWhileMoot(name, node) {
  const moot = data.moot[name];
  if (moot) shown.push(({ traits }) => { node.hidden = traits[moot[0]] === moot[1]; });
}

function backgroundControls() {
  const options = data.backgrounds.map((name) => ({ name, ...bilingual(`background_${name}`) }));
  const kinds = choices("background", () => t("background"), options, [1, 50, 50], (now) => now.background,
                        (name) => { editBackground({ background: name }); settle(); });
  const title = make("legend"), own = make("input", { type: "color" });
  say(title, () => t("background_colour"));
  say(own, () => t("background_own"), "aria-label");
  const paint = (hex) => {
    const seen = avatar.background === "transparent" ? "plain" : avatar.background;
    editBackground({ background_colour: hex, background: seen });
  };
  own.addEventListener("input", () => paint(own.value));
  own.addEventListener("change", settle);
  shown.push((now) => { own.value = now.background_colour; });
  const dot = (hex) => ({ css: hex, name: () => colourName(hslOf(hex)), pick: () => paint(hex), on: (now) => now.background_colour === hex });
  const row = swatches(data.backdrops.map(dot));
  row.append(own);
  return [kinds, make("fieldset", { class: "colour", "data-trait": "background_colour" }, title, row)];
}

function lockButton(group, tab) {
  const words = make("span");
  const button = make("button", { type: "button", class: "button small lock", "data-lock": group.name }, icon("lock"), words);
  say(words, () => t(locks.has(group.name) ? "locked" : "unlocked"));
  say(button, () => t("lock"), "title");
  say(button, () => t("chip", { name: t("lock"), value: label(group) }), "aria-label");
  const show = () => {
    button.setAttribute("aria-pressed", locks.has(group.name));
    tab.classList.toggle("kept", locks.has(group.name));
    words.textContent = t(locks.has(group.name) ? "locked" : "unlocked");
  };
  button.addEventListener("click", () => {
    if (!locks.delete(group.name)) {
      locks.add(group.name);
      wish([...data.traits.filter((trait) => trait.group === group.name).map((trait) => trait.name), "seed"]);
    }
    show();
  });
  show();
  return button;
}

function resetButton(group) {
  const words = make("span");
  const button = make("button", { type: "button", class: "button small" }, icon("reset"), words);
  say(words, () => t("reset"));
  say(button, () => t("reset_long"), "title");
  button.addEventListener("click", () => {
    edit(Object.fromEntries(data.traits.filter((trait) => trait.group === group.name).map((trait) => [trait.name, trait.default])));
    settle();
  });
  return button;
}

function openTab(name) {
  openGroup = name;
  for (const tab of part("tabs").children) {
    const open = tab.dataset.group === name;
    tab.setAttribute("aria-selected", open);
    tab.tabIndex = open ? 0 : -1;
    element.querySelector(`#panel-${tab.dataset.group}`).hidden = !open;
    if (open) part("tabs").scrollTo({ left: tab.offsetLeft - (part("tabs").clientWidth - tab.offsetWidth) / 2 });
  }
  scheduleThumbnails();
  for (const next of whenOpened) next();
}

/** At which ends of the row there are more tabs than are in sight. */
function showMoreTabs() {
  const { classList, scrollLeft, scrollWidth, clientWidth } = part("tabs");
  classList.toggle("before", scrollLeft > 1);
  classList.toggle("after", scrollWidth - clientWidth - scrollLeft > 1);
}

function walkTabs(event) {
  const tabs = [...part("tabs").children], at = tabs.indexOf(document.activeElement);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length];
  openTab(tab.dataset.group);
  tab.focus();
}
