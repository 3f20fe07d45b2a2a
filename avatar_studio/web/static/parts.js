// What all of the page is put together from: elements that speak its language, buttons, fields, and lists that leave the keyboard where it was.

const SURE_MS = 5000;

/** A DOM element; text among the children is text, never HTML. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true && !name.startsWith("aria-")) node.setAttribute(name, "");
    else if (value !== false || name.startsWith("aria-")) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** An element with words in the language of the page. words: a key of the texts, or () => sentence. */
function saying(tag, words, attributes = {}) {
  const node = make(tag, attributes);
  say(node, typeof words === "string" ? () => t(words) : words);
  return node;
}

const icon = (name) => part(`${name}-icon`).content.cloneNode(true);

const section = (name, ...children) => make("fieldset", { class: `play play-${name}` }, saying("legend", name), ...children);

const hint = (key) => saying("p", key, { class: "hint" });

function button(key, click, attributes = {}) {
  const node = make("button", { type: "button", class: "button small", ...attributes }, saying("span", key));
  node.addEventListener("click", (event) => {
    const held = document.activeElement === node;
    click(event);
    if (held) stayNear(node);
  });
  return node;
}

/** A button for what no undo brings back: pressed once, it asks for a few seconds; pressed again meanwhile, it does it. */
function surely(key, question, act) {
  let asks = false;
  const words = () => t(asks ? question : key);
  const node = button(words, ({ detail }) => {
    if (asks && detail < 2) return act();  // the second click of a double click is no answer
    ask(true);
    announce(t(question));
    setTimeout(ask, SURE_MS, false);
  });
  return node;

  function ask(whether) {
    asks = whether;
    node.firstElementChild.textContent = words();
  }
}

/** Do what a button asks for; pressed again meanwhile it does nothing. It is not disabled: that would take the keyboard from it. */
async function busily(node, work) {
  if (node.hasAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", true);
  try { await work(); } finally { node.removeAttribute("aria-busy"); }
}

/** A button that opens files, pictures unless it accepts others. words: a key, or an element; take(file, ...). */
function fileButton(words, take, attributes) {
  const input = make("input", { type: "file", accept: PICTURES, ...attributes });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";  // so that the same one can be chosen again
    if (!input.multiple && files.some(tooLarge)) tell(tooLargeWords, "error");  // of several, each is reduced before it is sent, where the browser can
    else if (files.length) take(...files);
  });
  return make("label", { class: "button small file" }, typeof words === "string" ? saying("span", words) : words, input);
}

/** A line to write in, with its name in it while it is empty. */
function textField(key, attributes) {
  const field = make("input", { type: "text", autocomplete: "off", ...attributes });
  for (const attribute of ["placeholder", "aria-label"]) say(field, () => t(key), attribute);
  return field;
}

/** A box to tick, which is the `control` of the label. */
const tickBox = (key, attributes) => make("label", { class: "check" }, make("input", { type: "checkbox", ...attributes }), saying("span", key));

/** One of few values, as a row of radio buttons; chosenOf(name) is the one that is chosen. */
function segments(name, values, chosen, words) {
  return values.map((value) => make("label", {}, make("input", { type: "radio", name, value, checked: value === chosen }), saying("span", () => words(value))));
}

const chosenOf = (name) => element.querySelector(`[name=${name}]:checked`).value;

/** What was learned, as a picture to click with its name and buttons below. */
function tile(name, picture, click, attributes, ...buttons) {
  const use = make("button", { type: "button", class: "picture", ...attributes }, picture);
  use.addEventListener("click", click);
  say(use, name, "aria-label");
  return make("div", { class: "one" }, use, saying("span", name), ...buttons);
}

/** Other nodes in a list. The keyboard stays at the button in its place, or at the last one, or goes to `otherwise` where there is none. */
function refill(list, nodes, otherwise) {
  const buttons = () => [...list.querySelectorAll("button")], place = buttons().indexOf(document.activeElement);
  list.replaceChildren(...nodes);
  if (place >= 0) (buttons().at(Math.min(place, buttons().length - 1)) ?? otherwise).focus();
}

const inSight = (node) => node.offsetParent !== null && node.checkVisibility?.() !== false;

/** The keyboard was at a control: if that is hidden now, it goes to the one before it. Where one is taken away, refill has seen to it. */
function stayNear(node) {
  if (!node.isConnected || inSight(node)) return;
  const all = [...node.closest(".panel").querySelectorAll("button, input, select")];
  (all.slice(0, all.indexOf(node)).findLast(inSight) ?? part("tabs").querySelector("[aria-selected=true]")).focus({ preventScroll: true });
}
