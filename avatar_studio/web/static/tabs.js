// The row of tabs: a little picture of the avatar or a drawing each, with a panel of controls below.
const peeks = [];  // the tabs' little pictures of the avatar
const whenOpened = [];  // called when another tab is open
const MOST_ABOVE = 120, LEAST_COVERED = 400;  // pixels above a frame that is covered in any window, and of one below more
const LEAST_PANEL = 240;  // pixels of an opened panel by which one sees that it is another
let openGroup = null;

function buildTabs() {
  part("tabs").addEventListener("keydown", walkTabs);
  part("tabs").addEventListener("scroll", showMoreTabs);
  new ResizeObserver(() => {
    part("root").style.setProperty("--tabs-height", `${part("tabs").parentNode.offsetHeight}px`);
    showMoreTabs();
    const open = part("tabs").querySelector("[aria-selected=true]");
    if (open) showTab(open, "instant");  // a tablet that was turned has them in another row
  }).observe(part("tabs"));
  afterwards.push((answer) => { for (const picture of peeks) picture.src = answer.image; });
}

/** group: {name, en, zh, and icon or peek}. buttons: beside its heading. */
function addTab(group, controls, ...buttons) {
  const picture = make("span", { class: "peek" }, group.icon ? icon(group.icon) : peek(group.peek));
  const tab = make("button", { type: "button", role: "tab", id: `tab-${group.name}`, "aria-controls": `panel-${group.name}`,
                               "aria-selected": false, tabindex: -1, "data-group": group.name }, picture, saying("span", () => label(group)));
  tab.addEventListener("click", () => {
    openTab(group.name);
    showPanel();
  });
  part("tabs").append(tab);
  const head = make("div", { class: "head" }, saying("h2", () => label(group)), ...buttons);
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

/** Enlarge a picture in its round or square window: look = [times, centre x %, centre y %]. */
function lookAt(picture, [times, x, y]) {
  const inside = (at) => Math.min(0, Math.max(100 - 100 * times, 50 - times * at));
  Object.assign(picture.style, { width: `${100 * times}%`, left: `${inside(x)}%`, top: `${inside(y)}%` });
}

function openTab(name) {
  openGroup = name;
  for (const tab of part("tabs").children) {
    const open = tab.dataset.group === name;
    tab.setAttribute("aria-selected", open);
    tab.tabIndex = open ? 0 : -1;
    element.querySelector(`#panel-${tab.dataset.group}`).hidden = !open;
    if (open) showTab(tab);
  }
  for (const next of whenOpened) next();
}

/** Bring a tab into the middle of its row. */
function showTab(tab, behavior = "auto") {
  part("tabs").scrollTo({ left: tab.offsetLeft - (part("tabs").clientWidth - tab.offsetWidth) / 2, behavior });
}

/** Bring the open panel's start into view, if it lies under the tabs or too low to be noticed. */
function showPanel() {
  const panel = element.querySelector(`#panel-${openGroup}`), { top } = panel.getBoundingClientRect();
  if (top < part("tabs").getBoundingClientRect().bottom || top > innerHeight - LEAST_PANEL) bring(panel);
}

function bring(node) {
  const behavior = wantsCalm() ? "auto" : "smooth";
  if (isCovered()) document.body.scrollBy({ top: node.getBoundingClientRect().top - parseFloat(getComputedStyle(node).scrollMarginTop), behavior });
  else node.scrollIntoView({ block: "start", behavior });
}

/** Whether the page fills a frame and scrolls by itself (main.js): scrollIntoView would scroll the page around it too, and the tabs out of sight. */
const isCovered = () => "gradioCover" in document.documentElement.dataset;

/** Open a group's tab and bring one of its controls into view. */
function openControl(group, control) {
  openTab(group);
  const panel = element.querySelector(`#panel-${group}`);
  const node = control && panel.querySelector(`[data-trait="${control}"]:not([hidden])`) || panel;
  node.closest("details:not([open])")?.setAttribute("open", "");
  bring(node);
  node.querySelector("input:checked, input, button")?.focus({ preventScroll: true });
  if (wantsCalm()) return;
  node.classList.add("found");
  node.addEventListener("animationend", () => node.classList.remove("found"), { once: true });
}

/** Have pictures in a tab drawn anew a little after each change, while it is open and nothing is dragged. The function that comes back asks for it once more. */
function drawWhileOpen(name, draw) {
  const soon = whenIdle(() => { if (openGroup === name && isStill()) draw(); });
  afterwards.push(soon);
  whenOpened.push(soon);
  return soon;
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
  tab.focus({ preventScroll: true });
  showPanel();
}
