// Words: a sentence edits the avatar; chips show what was understood, and a line what was not.
let understoodNow = [], unknownNow = [], saidNow = "";  // the sentence that is under way

function buildSay() {
  part("root").append(make("p", { class: "unseen", role: "status", "data-part": "told" }));
  part("tell").addEventListener("submit", (event) => { event.preventDefault(); saySentence(); });
  const narrow = matchMedia("(max-width: 559px)"), example = () => t(narrow.matches ? "say_short" : "say_example");
  say(part("sentence"), example, "placeholder");
  narrow.addEventListener("change", () => { part("sentence").placeholder = example(); });
  say(part("understood"), () => { showUnderstood(); return t("say_understood"); }, "aria-label");
}

async function saySentence() {
  const field = part("sentence"), sentence = field.value.trim();
  if (!sentence) {
    tell(() => t("say_nothing"), "error");
    return field.focus();
  }
  if (sentence === saidNow) return;
  let answer = null;
  saidNow = sentence;
  part("tell").classList.add("busy");
  await atLast();  // a sentence says what to change of the avatar that the one before it makes
  const worked = await fetchAvatar(server.say({ avatar, sentence }).then((found) => (answer = found)));
  if (sentence === saidNow) {
    saidNow = "";
    part("tell").classList.remove("busy");
  }
  [understoodNow, unknownNow] = worked ? [answer.understood, answer.unknown] : [[], []];
  showUnderstood();
  if (!worked) return;
  if (answer.again) return tell(() => t("again_done"));
  announce(t("say_heard", { names: listed([...part("understood").children].map((chip) => chip.textContent)) }));
  if (field.value.trim() === sentence && [field, document.body].includes(document.activeElement)) field.select();
}

function showUnderstood() {
  const chips = understoodNow.map((name) => {
    if (name in traitNamed) return traitChip(traitNamed[name]);
    return tabChip(name === "style" ? "style" : "background");
  });
  part("understood").replaceChildren(...new Map(chips.map((one) => [one.dataset.chip, one])).values());
  part("unknown").textContent = unknownNow.length ? t("say_unknown", { words: listed(unknownNow) }) : "";
  part("unknown").hidden = !unknownNow.length;
}
