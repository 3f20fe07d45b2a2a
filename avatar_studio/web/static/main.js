// Wire the page and open the first avatar: the one that the address names, or the last one that was made here, or the default one.
for (const input of [part("file"), part("behind")]) input.accept = PICTURES;
if (data.notice) Object.assign(part("notice"), { href: data.notice, hidden: false });
part("made").hidden = !data.labelled;
if (data.labelled) part("preview").style.pointerEvents = "none";  // a browser's own menu would save it without its label
part("sentence").maxLength = data.limits.sentence;
for (const node of element.querySelectorAll("[data-t]")) say(node, () => t(node.dataset.t));
for (const node of element.querySelectorAll("[data-t-alt]")) say(node, () => t(node.dataset.tAlt), "alt");
for (const node of element.querySelectorAll("[data-t-label]")) {
  say(node, () => t(node.dataset.tLabel), "aria-label");
  if (node.tagName === "BUTTON") say(node, () => t(node.dataset.tLabel), "title");
}
for (const button of element.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.language);
    try { localStorage.setItem(LANGUAGE_KEY, language); } catch { /* storage is off: for this visit only */ }
  });
}

buildTabs();
buildEditor();
buildStyle();
buildMine();
buildEnlarge();
buildPlay();
buildKept();
buildPhoto();
buildSay();
buildTake();
buildAlive();
showHistory();
speak(language);

part("dice").addEventListener("click", async () => {
  if (await fetchAvatar(diceFollow() ? rollByTaste() : server.roll({ avatar, keep: [...locks] }))) announce(t("dice_done"));
});
part("again").addEventListener("click", async () => {
  if (avatar && await fetchAvatar(server.open({}))) tell(() => t("again_done"));
});
part("undo").addEventListener("click", undo);
part("redo").addEventListener("click", redo);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || /^(text|search)$/.test(event.target.type)) return;
  const key = event.key.toLowerCase();
  if (key === "z") { event.preventDefault(); event.shiftKey ? redo() : undo(); }
  if (key === "y") { event.preventDefault(); redo(); }
});

/** A phone that is turned shows what its camera sees all the same. (A phone's bars that come and go change the height alone.) */
function watchTurns(before = innerWidth) {
  addEventListener("resize", () => {
    if (innerWidth === before) return;
    before = innerWidth;
    requestAnimationFrame(() => { showCamera(); showMirror(); });
  });
}

/** Until there is an avatar: who opens the page while the studio is away or starts waits with it, and keeps the link. */
async function openFirst() {
  let left = readUndrawn();
  const address = new URL(location.href), linked = linkedCode(), codes = linked ? [linked] : kept.recent.all.slice(0, 1).map((one) => one.code);
  while (!avatar) {
    const [code] = codes, answer = await (left ? server.draw({ avatar: left }) : server.open({ code }));
    if (answer && !answer.error) {
      live.away = false;
      live.restored = Boolean(left);
      adopt(answer);
    } else if (answer && left) {  // no avatar of today's
      left = null;
      dropUndrawn();
    } else if (answer && code) {  // the default avatar stands in; what is wrong with a link is told
      codes.shift();
      if (!linked) continue;
      tell(answer.error, "error");
      if (!answer.missing) address.searchParams.delete("a");  // else a reload shows it, once what paints it is here
      history.replaceState(history.state, "", address);
      tellSpace(address);
    } else {
      if (answer) tell(answer.error, "error");
      else tellAway();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  part("board").inert = false;
}

/** On a Space the page stands in a frame that grows to the height of what is in it, while the page around it scrolls: nothing would stay in sight. Gradio (6.31) keeps
    such a frame as high as the window's rest while the root says that it covers it; then this page scrolls by itself (base.css). Not far down in a page that has
    other things to show: the rest of its window may be a slit. */
function coverFrame() {
  if (!window.parentIFrame) return addEventListener("gradio:iframe-resizer-ready", coverFrame, { once: true });
  parentIFrame.getPageInfo(({ clientHeight, offsetTop }) => {
    if (isCovered() || (offsetTop > MOST_ABOVE && clientHeight - offsetTop < LEAST_COVERED)) return;
    parentIFrame.setHeightCalculationMethod("bodyOffset");  // for when it is asked: others count what is in the body, however far that scrolls
    document.documentElement.dataset.gradioCover = "";
  });
}

/** Gradio's start-up loader (6.31) goes on counting with every frame after it is gone, for a tenth of a core. Once it has for
    two seconds' worth of frames been the only one beside this function that asks for them, whatever came in between, the
    frame it has asked for is taken away, and with it its loop. */
function endLoader(frames = 3000, last = 0, alone = 0) {
  const mine = requestAnimationFrame(() => { if (frames > 0) endLoader(frames, mine, alone); });
  const asked = mine - last;                 // frames asked for since this function's last one, with that
  frames -= asked === 1 ? 20 : 1;            // nobody else: there is no loader to wait for
  if (asked !== 2 || ++alone < 120) return;
  cancelAnimationFrame(mine - 1);
  frames = 0;
}

try { sessionStorage.removeItem("avatar-studio-loads"); } catch { /* storage is off */ }
coverFrame();
watchTurns();
openFirst().then(() => { followJobs(); endLoader(); });
