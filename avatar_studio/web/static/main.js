// Wire the page and open the first avatar: the one that the address names, or the default one.
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

buildEditor();
buildPlay();
buildKept();
buildPhoto();
buildSay();
buildTake();
showHistory();
speak(language);

part("dice").addEventListener("click", () => fetchAvatar(diceFollow() ? rollByTaste() : server.roll({ avatar, keep: [...locks] })));
part("undo").addEventListener("click", undo);
part("redo").addEventListener("click", redo);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || /^(text|search)$/.test(event.target.type)) return;
  const key = event.key.toLowerCase();
  if (key === "z") { event.preventDefault(); event.shiftKey ? redo() : undo(); }
  if (key === "y") { event.preventDefault(); redo(); }
});

async function openFirst() {
  const address = new URL(location.href);
  if (!await fetchAvatar(server.open({ code: address.searchParams.get("a") }))) {
    address.searchParams.delete("a");  // the sentence is shown; the default avatar stands in
    history.replaceState(history.state, "", address);
    await fetchAvatar(server.open({}));
  }
  part("board").inert = !avatar;
}

openFirst();
