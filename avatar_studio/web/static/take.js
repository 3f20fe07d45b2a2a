// What a person takes away: a PNG, and a link that opens the same avatar elsewhere.
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
  if (part("root").dataset.state !== "settled") await new Promise((resolve) => waiting.push(resolve));
  try {
    await navigator.clipboard.writeText(avatarLink());
    tell(() => t("link_copied"));
  } catch {  // no clipboard outside https and localhost: show the link, selected
    part("by-hand").hidden = false;
    part("link-text").select();
  }
}

const waiting = [];
afterwards.push(showAddress, () => {
  part("link-text").value = avatarLink();
  for (const resolve of waiting.splice(0)) resolve();
});

async function savePicture() {
  const size = Number(element.querySelector("[name=save-size]:checked").value);
  const answer = await server.save({ avatar, size, transparent: part("transparent").checked });
  if (!answer?.png) return tell(answer?.error ?? (() => t("no_connection")), "error");
  const url = URL.createObjectURL(await (await fetch(answer.png)).blob());
  make("a", { href: url, download: `avatar-${size}.png` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  part("save-menu").open = false;
  tell(() => t("saved"));
}

function buildTake() {
  data.sizes.forEach((size) => {
    const words = make("span");
    say(words, () => t("save_pixels", { size }));
    part("sizes").append(make("label", {}, make("input", { type: "radio", name: "save-size", value: size, checked: size === 512 }), words));
  });
  part("save").addEventListener("click", savePicture);
  part("link").addEventListener("click", copyLink);
  part("by-hand-close").addEventListener("click", () => { part("by-hand").hidden = true; });
  const menu = part("save-menu");
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.firstElementChild.focus(); } });
}
