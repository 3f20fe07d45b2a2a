// What a person takes away: pictures, packs, and a link that opens the same avatar elsewhere.
const ASK_MS = 400, MOST_MISSES = 75;  // half a minute without an answer
let behindPicture = null;  // a photo to stand on, of this visit only

function buildTake() {
  part("sizes").append(...segments("save-size", data.sizes, 512, (size) => t("save_pixels", { size })));
  part("formats").append(...segments("save-format", data.formats, "png", (format) => format.toUpperCase()));
  part("packs").append(...data.packs.map((one) => saying("option", () => label(one), { value: one.name })), ...data.moves.flatMap((one) => data.moving_formats.map((format) => (
    saying("option", () => t("take_moving", { name: label(one), format: format.toUpperCase() }), { value: `${one.name}:${format}` })))));
  say(part("behind-words"), behindWords);
  part("behind").addEventListener("change", () => { if (part("behind").files[0]) setBehind(part("behind").files[0]); });
  part("behind-clear").addEventListener("click", () => setBehind(null));
  part("save").addEventListener("click", () => busily(part("save"), savePicture));
  part("pack").addEventListener("click", () => busily(part("pack"), makePack));
  part("link").addEventListener("click", copyLink);
  part("by-hand-close").addEventListener("click", () => {
    part("by-hand").hidden = true;
    part("link").focus();
  });
  const menu = part("save-menu");
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenu(); });
  afterwards.push(showAddress, () => { part("link-text").value = avatarLink(); });
}

// ---- pictures
const behindWords = () => behindPicture ? t("save_behind_named", { name: behindPicture.name }) : t("save_behind");

function setBehind(file) {
  behindPicture = file;
  part("behind").value = "";
  part("behind-clear").hidden = !file;
  part("behind-words").textContent = behindWords();
}

async function savePicture() {
  const picture = behindPicture, behind = picture && await base64(picture);
  if (behind === "") return tell(() => t("save_behind_gone", { name: picture.name }), "error");
  const answer = await server.save({ avatar, size: Number(chosenOf("save-size")), format: chosenOf("save-format"), behind,
                                     transparent: part("transparent").checked, label: part("label").checked });
  if (!answer?.file) return tell(why(answer), "error");
  await download(answer);
  closeMenu();
  tell(() => t("saved"));
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
  await download(answer);
  tell(() => t("saved_pack"));
}

// ---- the link
function avatarLink() {
  const url = new URL(location.href);
  url.searchParams.set("a", live.code);
  return url.href;
}

/** Keep the address in step, so that a reload, a bookmark and the address bar itself all open this avatar. */
function showAddress() {
  if (!past.length && !future.length) return;
  try { history.replaceState(history.state, "", avatarLink()); } catch { /* too often for this browser: the next one will do */ }
}

async function copyLink() {
  await atLast();
  try {
    await navigator.clipboard.writeText(avatarLink());
    tell(() => t("link_copied"));
  } catch {  // no clipboard outside https and localhost: show the link, selected
    part("by-hand").hidden = false;
    part("link-text").select();
  }
}
