// What a person takes away: pictures, packs, and a link that opens the same avatar elsewhere.
const ASK_MS = 400, MOST_MISSES = 75;  // half a minute without an answer
const SPACES = "https://huggingface.co";
let behindPicture = null;  // a photo to stand on, of this visit only
let wantsClear = false;    // that the background is left out, where there is one

function buildTake() {
  part("sizes").append(...segments("save-size", data.sizes, 512, (size) => t("save_pixels", { size })));
  part("formats").append(...segments("save-format", data.formats, "png", formatName));
  fillPacks();
  if (data.labelled) Object.assign(part("label"), { checked: true, disabled: true });  // the server labels it anyway
  say(part("label-words"), () => t(data.labelled ? "save_label_stays" : "save_label"));
  say(part("behind-words"), behindWords);
  part("behind").addEventListener("change", () => { if (part("behind").files[0]) setBehind(part("behind").files[0]); });
  part("behind-clear").addEventListener("click", () => setBehind(null));
  part("transparent").addEventListener("change", () => { wantsClear = part("transparent").checked; });
  part("formats").addEventListener("change", showTransparent);
  say(part("transparent-words"), transparentWords);
  shown.push(showTransparent);
  part("save").addEventListener("click", () => busily(part("save"), () => takePicture(save)));
  part("share").addEventListener("click", () => busily(part("share"), () => takePicture(share)));
  part("share").hidden = !canShare();
  part("pack").addEventListener("click", () => busily(part("pack"), makePack));
  part("link").addEventListener("click", () => busily(part("link"), copyLink));
  part("by-hand-close").addEventListener("click", () => {
    part("by-hand").hidden = true;
    part("link").focus();
  });
  part("hold-close").addEventListener("click", () => part("hold").close());
  const menu = part("save-menu");
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false; });
  menu.addEventListener("toggle", () => {
    const { top, bottom } = menu.querySelector(".sheet").getBoundingClientRect();
    if (menu.open && !isCovered()) scrollBy(0, Math.max(0, Math.min(top, bottom - innerHeight)));  // of a page that is much enlarged it would lie below the window; scrollIntoView takes its scroll-padding amiss in Chrome 123
  });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape" && menu.open) closeMenu(); });  // wherever the focus is: what is clicked in Safari has none
  afterwards.push(showAddress, () => { part("link-text").value = avatarLink(); });
}

const formatName = (format) => format === "webp" ? "WebP" : format.toUpperCase();

/** Packs, and each loop as WebP, which any messenger plays; last, who needs other formats of them. */
function fillPacks() {
  const [usual, ...others] = data.moving_formats, option = (value, words) => saying("option", words, { value });
  const rest = make("optgroup", {}, ...data.moves.flatMap((one) => others.map((format) => (
    option(`${one.name}:${format}`, () => t("take_moving_as", { name: label(one), format: formatName(format) }))))));
  say(rest, () => t("take_other_formats"), "label");
  part("packs").append(...data.packs.map((one) => option(one.name, () => label(one))),
                       ...data.moves.map((one) => option(`${one.name}:${usual}`, () => t("take_moving", { name: label(one) }))), rest);
}

// ---- pictures
const behindWords = () => behindPicture ? t("save_behind_named", { name: behindPicture.name }) : t("save_behind");

function setBehind(file) {
  part("behind").value = "";
  if (file && tooLarge(file)) return tell(tooLargeWords, "error");
  behindPicture = file;
  part("behind-clear").hidden = !file;
  part("behind-words").textContent = behindWords();
  showTransparent();
}

const isClear = () => avatar?.background === data.backgrounds[0];
const standsOn = () => behindPicture || chosenOf("save-format") === "jpeg";  // a picture of one's own, or white
const transparentWords = () => t(isClear() && !standsOn() ? "save_transparent_now" : "save_transparent");

/** The box tells what the file will have; what the person chose is kept for when there is a choice. */
function showTransparent() {
  const box = part("transparent");
  box.disabled = isClear() || Boolean(standsOn());
  box.checked = !standsOn() && (isClear() || wantsClear);
  part("transparent-words").textContent = transparentWords();
}

/** Have the picture made as the sheet says. give: what becomes of the file. */
async function takePicture(give) {
  const picture = behindPicture, behind = picture && await bareBase64(picture);
  if (behind === "") return tell(() => t("save_behind_gone", { name: picture.name }), "error");
  const answer = await server.save({ avatar, size: Number(chosenOf("save-size")), format: chosenOf("save-format"), behind,
                                     transparent: part("transparent").checked, label: part("label").checked && language });
  if (!answer?.file) return tell(why(answer), "error");
  closeMenu();
  await give(answer);
}

async function save(file) {
  if (await download(file)) tell(() => t("saved"));
}

/** To another app of a phone; where the browser refuses, it is downloaded. */
async function share(file) {
  if (!await shared(file)) await save(file);
}

/** The keyboard stays beside it. */
function closeMenu() {
  const menu = part("save-menu");
  if (menu.contains(document.activeElement)) menu.firstElementChild.focus();
  menu.open = false;
}

// ---- packs
/** Start a pack, ask how far it is, and download it; the page stays free meanwhile. */
async function makePack() {
  const bar = part("pack-progress");
  const [pack, format] = part("packs").value.split(":");
  if (IN_APP && !format) return tell(() => t("save_elsewhere"), "error");  // a ZIP file is no picture to hold
  bar.hidden = false;
  bar.value = 0;
  let answer = await server.pack({ avatar, pack, format }), misses = 0;
  const { job } = answer ?? {};
  while (job && !answer?.error && !answer?.file && misses < MOST_MISSES) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    answer = await server.packed({ job });
    misses = answer ? 0 : misses + 1;
    if (answer?.total) bar.value = answer.done / answer.total;
  }
  bar.hidden = true;
  if (!answer?.file) return tell(why(answer), "error");
  if (await download(answer)) tell(() => t("saved_pack"));
}

// ---- the link
/** The avatar at an address: by default at the page's own without what else it says, such as a theme, or a private Space's key (`__sign`). */
function avatarLink(url = new URL(location.pathname, location.origin)) {
  url.searchParams.set("a", live.code);
  return url.href;
}

/** Keep the address in step, so that a reload, a bookmark and the address bar itself all open this avatar. */
function showAddress() {
  if (!past.length && !future.length && !live.restored) return;
  const address = avatarLink(new URL(location.href));
  try { history.replaceState(history.state, "", address); } catch { /* too often for this browser: the next one will do */ }
  tellSpace(address);
}

/** On a Space the address bar is that of the page around, which follows when asked (huggingface.co/docs/hub/spaces-handle-url-parameters; not tried on a real one). */
function tellSpace(address) {
  if (!data.space || parent === window || (location.ancestorOrigins?.[0] ?? SPACES) !== SPACES) return;
  const query = new URL(address).searchParams;
  for (const name of [...query.keys()]) if (name.startsWith("__")) query.delete(name);  // what that page added, such as a private Space's key
  parent.postMessage({ queryString: query.toString() }, SPACES);
}

async function copyLink() {
  const link = atLast().then(() => new Blob([avatarLink()], { type: "text/plain" }));
  try {
    if (window.ClipboardItem) await navigator.clipboard.write([new ClipboardItem({ "text/plain": link })]);  // at once, with what is yet to come: after a wait Safari does not take it for the click's
    else await navigator.clipboard.writeText(await (await link).text());
  } catch {  // no such clipboard outside https and localhost
    await link;
    if (!copiedByHand()) return;
  }
  const own = [avatar.style, avatar.second_style, avatar.model].some((name) => /^(own|me)-/.test(name));
  tell(() => sentences([t("link_copied"), ...(own ? [t("link_own")] : [])]));
}

/** Show the link, selected, and copy it from there as browsers always could; it stays for the person to copy if even that is refused. */
function copiedByHand() {
  part("by-hand").hidden = false;
  part("link-text").focus();
  part("link-text").select();
  if (!document.execCommand("copy")) return false;
  part("by-hand").hidden = true;
  part("link").focus();
  return true;
}
