// Language. Every sentence comes from data.texts, every label from the traits; say() keeps an element's words current.
const data = props.data, PICTURES = props.data.limits.types.join(",");
const LANGUAGE_KEY = "avatar-studio-language";
const spoken = new WeakMap();  // node -> [[words, attribute], ...]: what is taken off the page, a photo's face too, is not held here
let language = firstLanguage();

function part(name) { return element.querySelector(`[data-part="${name}"]`); }

function firstLanguage() {
  let kept = null;
  try { kept = localStorage.getItem(LANGUAGE_KEY); } catch { /* storage is off: ask the browser */ }
  if (kept === "en" || kept === "zh") return kept;
  const wanted = (navigator.languages ?? [navigator.language]).find((tag) => /^(zh|en)/i.test(tag)) ?? "en";
  return /^zh/i.test(wanted) ? "zh" : "en";  // zh, zh-CN, zh-TW, zh-Hans, ...
}

/** The sentence of a key in the language of now, {name} filled in. */
function t(key, values = {}) {
  const words = data.texts[key][language === "zh" ? 1 : 0];
  return words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** Sentences one after the other, and words in a list, as the language joins them. */
const sentences = (all) => all.join(language === "zh" ? "" : " ");
const listed = (all) => all.join(language === "zh" ? "、" : ", ");

/** A sentence as something that has a label: {en, zh}. */
const bilingual = (key) => ({ en: data.texts[key][0], zh: data.texts[key][1] });

/** What a trait, choice, group or colour is called. */
const label = (thing) => thing[language];

/** Set an element's words (or an attribute of it) now and whenever the language changes. */
function say(node, words, attribute = null) {
  spoken.set(node, [...spoken.get(node) ?? [], [words, attribute]]);
  utter(node, words, attribute);
}

function utter(node, words, attribute) {
  if (attribute) node.setAttribute(attribute, words());
  else node.textContent = words();
}

function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
  document.title = t("title");
  for (const button of element.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", button.dataset.language === wanted);
  }
  for (const node of element.querySelectorAll("*")) {
    for (const [words, attribute] of spoken.get(node) ?? []) utter(node, words, attribute);
  }
}

/** Tell the person something for a while. words: () => sentence, or {en, zh} from the server. */
function tell(words, kind = "note") {
  const toast = make("p", { class: `toast ${kind}` });
  say(toast, () => typeof words === "function" ? words() : label(words));
  part("toasts").replaceChildren(toast);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => toast.remove(), Math.max(kind === "error" ? 9000 : 0, 3000 + (language === "zh" ? 150 : 60) * toast.textContent.length));
}

/** Why an answer of the server is not what was asked for, as `tell` takes it. */
const why = (answer) => answer?.error ?? (() => t("no_answer"));

/** Tell those who hear the page what others see at once. */
function announce(words) { part("told").replaceChildren(make("span", {}, words)); }
