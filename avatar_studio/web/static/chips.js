// Chips: what was read from a photo or understood of a sentence, each with the way to its control.

/** Of a trait, or of all of its group. unsure: it stands at its default. */
function traitChip(trait, { alone = true, unsure = false } = {}) {
  const control = alone ? controlOf(trait) : trait.group;
  const words = make("span"), dot = make("i");
  if (control === "skin") dot.style.background = skin(avatar.traits.skin_tone, avatar.traits.skin_undertone);
  else if (trait.colour) dot.style.background = hsl(...colourOf(avatar.traits, trait.colour));
  else dot.hidden = true;
  const name = control === "skin" ? t("skin") : alone ? traitName(trait) : label(data.groups.find((one) => one.name === trait.group));
  const chosen = trait.kind === "choice" && trait.choices.find((one) => one.name === avatar.traits[trait.name]);
  words.textContent = chosen ? t("chip", { name, value: label(chosen) }) : name;
  const button = make("button", { type: "button", class: unsure ? "chip unsure" : "chip", "data-chip": control, title: t(unsure ? "chip_unsure" : "chip_change") }, dot, words);
  button.addEventListener("click", () => openControl(trait.group, alone ? control : null));
  return button;
}

/** What a trait is called in a sentence; a colour's three share one name. */
const traitName = (trait) => trait.colour ? t("colour", { name: label(data.colours[trait.colour]) }) : label(trait);

/** Of what is no trait: it opens the tab that this stands in. */
function tabChip(tab) {
  const button = make("button", { type: "button", class: "chip", "data-chip": tab });
  button.textContent = t(tab);
  button.addEventListener("click", () => openControl(tab, null));
  return button;
}
