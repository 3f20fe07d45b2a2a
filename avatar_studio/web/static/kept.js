// What the browser keeps for this person: favourites, recent avatars and what was picked. Nothing of it is sent anywhere by itself.
const KEPT = { favourites: 60, recent: 24, picks: 150 };  // at most so many of each
const kept = Object.fromEntries(Object.keys(KEPT).map((name) => [name, storedList(`avatar-studio-${name}`, ...(name === "picks" ? [isPick, relearn] : [isPictured, showKept]))]));
const keptChanged = [];  // called when one of them changed
let tasteWeights = learnTaste(kept.picks.all.map((pick) => pick.difference));

/** A list in the browser's storage: {all, change(list -> list)}. The page's other tabs change it too, so it is read anew before each
    change, and when one of them has changed it. fits(one): whether an entry is what it should be; changed(): shows it. */
function storedList(key, fits, changed) {
  const list = { all: read(), change };
  let stored = true;
  addEventListener("storage", (event) => {
    if (event.key !== key || !stored) return;
    list.all = read();
    changed();
  });
  return list;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(found) ? found.filter(fits) : [];
    } catch { return []; }  // storage is off, or somebody wrote nonsense there
  }

  /** False when the storage is off or full: the list is there for this visit only. */
  function change(to) {
    list.all = to(stored ? read() : list.all);
    try { localStorage.setItem(key, JSON.stringify(list.all)); stored = true; } catch { stored = false; }
    changed();
    return stored;
  }
}

function isPictured(one) { return /^A[\w-]+$/.test(one?.code) && /^data:image\/(webp|png);base64,/.test(one?.picture); }

function isPick(one) {
  return Array.isArray(one?.difference) && one.difference.length === tasteMeanings(data.traits).length && one.difference.every(Number.isFinite);
}

function showKept() { for (const changed of keptChanged) changed(); }

function relearn() {
  tasteWeights = learnTaste(kept.picks.all.map((pick) => pick.difference));
  showKept();
}

/** Change one of them, list -> list. What is too much at its end goes. */
const keep = (name, change) => kept[name].change((all) => change(all).slice(0, KEPT[name]));

const isFavourite = (code) => kept.favourites.all.some((one) => one.code === code);

/** The preview as a small picture. */
function smallPicture() {
  const canvas = make("canvas", { width: 112, height: 112 });
  canvas.getContext("2d").drawImage(part("preview"), 0, 0, 112, 112);
  return canvas.toDataURL("image/webp", 0.85);
}

/** Put the avatar that is shown among the favourites, or take it out again; a heart is a pick among 24 of the dice. */
async function toggleHeart() {
  const code = live.code, traits = live.good.traits;
  if (isFavourite(code)) {
    keep("favourites", (all) => all.filter((one) => one.code !== code));
    keep("picks", (all) => all.filter((one) => one.code !== code));
    return;
  }
  if (kept.favourites.all.length >= KEPT.favourites) return tell(() => t("favourites_full", { most: KEPT.favourites }), "error");
  const picture = smallPicture();
  if (!keep("favourites", (all) => [{ code, picture }, ...all.filter((one) => one.code !== code)])) tell(() => t("favourite_unstored"), "error");
  const answer = await server.candidates({ avatar, keep: [] });
  if (answer?.avatars && isFavourite(code)) rememberPick(traits, answer.avatars.map((one) => one.traits), code);
}

function rememberPick(traits, others, code = "") {
  const numbers = (one) => tasteOf(data.traits, one);
  const pick = { code, difference: tasteDifference(numbers(traits), others.map(numbers)) };
  keep("picks", (all) => [pick, ...all]);
}

const diceFollow = () => kept.picks.all.length > 0 && part("follow").checked;

/** A roll that leans to the taste: the server rolls candidates, the choice among them is made here. */
async function rollByTaste() {
  const answer = await server.candidates({ avatar, keep: [...locks] });
  if (!answer?.avatars) return answer;
  const chosen = answer.avatars[chooseByTaste(tasteWeights, answer.avatars.map((one) => tasteOf(data.traits, one.traits)))];
  return server.draw({ avatar: chosen });
}

function buildKept() {
  const heart = part("heart");
  const show = () => {
    heart.setAttribute("aria-pressed", isFavourite(live.code));
  };
  heart.addEventListener("click", () => busily(heart, async () => {
    if (!same(avatar, live.good)) await atLast();  // else the heart is for the one that is seen, whatever was asked for since
    toggleHeart();
  }));
  for (const attribute of ["aria-label", "title"]) say(heart, () => t("heart"), attribute);
  keptChanged.push(show);
  let last = {};  // the newest of the recent ones, and the step that it belongs to
  afterwards.push(({ code }) => {
    const picture = past.length || future.length ? smallPicture() : null, step = past.at(-1);
    const replaced = step === last.step ? [code, last.code] : [code];  // a slider that a key moves on is one step
    if (picture) keep("recent", (all) => [{ code, picture }, ...all.filter((one) => !replaced.includes(one.code))]);
    last = { code, step };
    show();
  });
}
