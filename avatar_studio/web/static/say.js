// Words: a sentence edits the avatar; chips show what was understood, and a line what was not.
let understoodNow = {}, unknownNow = [];  // what was understood: {name: value}, and what was not
let saidNow = "";  // the sentence that is under way

function buildSay() {
  part("root").append(make("p", { class: "unseen", role: "status", "data-part": "told" }));
  part("tell").addEventListener("submit", (event) => { event.preventDefault(); saySentence(); });
  const narrow = matchMedia("(max-width: 559px), (max-width: 820px) and (orientation: landscape)"), example = () => t(narrow.matches ? "say_short" : "say_example");
  say(part("sentence"), example, "placeholder");
  narrow.addEventListener("change", () => { part("sentence").placeholder = example(); });
  afterwards.push(() => { if (Object.keys(understoodNow).length) showUnderstood(); });
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
  while (part("root").dataset.state !== "settled") await atLast();  // a sentence changes what the one before it makes, and that one may have waited too
  const worked = await fetchAvatar(server.say({ avatar, sentence }).then((found) => (answer = found)));
  if (sentence === saidNow) {
    saidNow = "";
    part("tell").classList.remove("busy");
  }
  [understoodNow, unknownNow] = worked ? [Object.fromEntries(answer.understood.map((name) => [name, valueIn(answer.avatar, name)])), answer.unknown] : [{}, []];
  showUnderstood();
  if (!worked) return;
  wish(answer.understood);
  if (answer.again) return tell(() => t("again_done"));
  announce(t("say_heard", { names: listed([...part("understood").children].map((chip) => chip.textContent)) }));
  if (field.value.trim() === sentence && [field, document.body].includes(document.activeElement)) field.select();
}

const valueIn = (one, name) => name in one.traits ? one.traits[name] : one[name];

/** Only what the avatar still is: what was said of another one would be untrue. */
function showUnderstood() {
  const names = Object.keys(understoodNow), still = names.filter((name) => same(valueIn(avatar, name), understoodNow[name]));
  const unknown = names.length && !still.length ? [] : unknownNow;
  const chips = still.map((name) => {
    if (name in traitNamed) return traitChip(traitNamed[name]);
    return tabChip(name === "style" ? "style" : "background");
  });
  part("understood").replaceChildren(...new Map(chips.map((one) => [one.dataset.chip, one])).values());
  part("unknown").textContent = unknown.length ? t("say_unknown", { words: listed(unknown) }) : "";
  part("unknown").hidden = !unknown.length;
}
