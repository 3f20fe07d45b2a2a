// Words: a sentence edits the avatar; chips show what was understood, and a line what was not.
let understoodNow = [], unknownNow = [];

async function saySentence() {
  const sentence = part("sentence").value.trim();
  if (!sentence) return;
  let answer = null;
  part("tell").classList.add("busy");
  const worked = await fetchAvatar(server.say({ avatar, sentence }).then((found) => (answer = found)));
  part("tell").classList.remove("busy");
  if (!worked) return;
  [understoodNow, unknownNow] = [answer.understood, answer.unknown];
  part("sentence").select();
  showUnderstood();
}

function showUnderstood() {
  const chips = understoodNow.map((name) => {
    const trait = traitNamed[name];
    return trait ? chip(trait, trait.colour ? `${trait.colour}_colour` : /^skin_/.test(name) ? "skin" : name, true, false) : tabChip(name === "style" ? "style" : "background");
  });
  part("understood").replaceChildren(...new Map(chips.map((one) => [one.dataset.chip, one])).values());
  const nothing = !understoodNow.length && !unknownNow.length;
  part("unknown").textContent = unknownNow.length ? t("say_unknown", { words: listed(unknownNow) }) : "";
  part("unknown").hidden = nothing || !unknownNow.length;
}

/** A chip for what is no trait, which opens the tab that it stands in. */
function tabChip(tab) {
  const button = make("button", { type: "button", class: "chip", "data-chip": tab });
  button.textContent = t(tab);
  button.addEventListener("click", () => openControl(tab, null));
  return button;
}

function buildSay() {
  part("tell").addEventListener("submit", (event) => { event.preventDefault(); saySentence(); });
  say(part("sentence"), () => t("say_example"), "placeholder");
  say(part("understood"), () => { showUnderstood(); return t("say_understood"); }, "aria-label");
}
