// What the browser keeps for this person: favourites, recent avatars and what was picked. Nothing of it is sent anywhere by itself.
const KEPT = { favourites: 60, recent: 24, picks: 150 };  // at most so many of each
const kept = Object.fromEntries(Object.keys(KEPT).map((name) => [name, storedList(`avatar-studio-${name}`, name === "picks" ? isPick : isPictured)]));
let tasteWeights = [];

kept.picks.changed.push(relearn);  // first, so that what shows them has the new ones
relearn();

function relearn() { tasteWeights = learnTaste(kept.picks.all.map((pick) => pick.difference)); }

function buildKept() {
  const heart = part("heart"), show = () => heart.setAttribute("aria-pressed", isFavourite(live.code));
  heart.addEventListener("click", () => busily(heart, async () => {
    if (!same(avatar, live.good)) await atLast();  // else the heart is for the one that is seen, whatever was asked for since
    toggleHeart();
  }));
  for (const attribute of ["aria-label", "title"]) say(heart, () => t("heart"), attribute);
  kept.favourites.changed.push(show);
  afterwards.push(show);
  keepRecent();
}

function keepRecent() {
  let last = {};  // the newest of the recent ones, and the step that it belongs to
  afterwards.push(({ code }) => {
    const picture = past.length || future.length || live.restored ? smallPicture() : null, step = past.at(-1);
    const replaced = step === last.step ? [code, last.code] : [code];  // a slider that a key moves on is one step
    if (picture) keep("recent", (all) => [{ code, picture }, ...all.filter((one) => !replaced.includes(one.code))]);
    last = { code, step };
  });
}

function isPictured(one) { return /^A[\w-]+$/.test(one?.code) && /^data:image\/(webp|png);base64,/.test(one?.picture); }

function isPick(one) {
  return Array.isArray(one?.difference) && one.difference.length === tasteMeanings(data.traits).length && one.difference.every(Number.isFinite);
}

/** Change one of them, list -> list. What is too much at its end goes. */
const keep = (name, change) => kept[name].change((all) => change(all).slice(0, KEPT[name]));

const isFavourite = (code) => kept.favourites.all.some((one) => one.code === code);

/** The preview as a small picture, or as it is where none can be made. */
function smallPicture() {
  if (!READS_BACK) return part("preview").src;
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

/** Forget all that this browser keeps and have the server forget it too, jobs first: one that went on without its key could be ended by nobody. Then begin anew. */
async function forgetAll() {
  const answers = [];
  bringings.allowed = false;  // whatever is still drawn
  for (const box of jobBoxes) {
    for (const one of [box.unstored, box.job && { session: box.session, job: box.job }]) if (one) answers.push(await server.stop(one));
    if (answers.every(Boolean)) box.job = null;  // that it is gone is no error
  }
  answers.push(...await Promise.all([...styles.all.map(({ file }) => server.forget_style({ file })), ...models.all.map(({ id, key }) => server.forget_model({ id, key }))]));
  if (!answers.every(Boolean)) {
    bringings.allowed = true;
    return tell(why(), "error");
  }
  await onShelf("readwrite", (store) => store.clear()).catch(() => {});
  emptyStorage();
  addEventListener("pagehide", emptyStorage);  // what is drawn just now would still be kept
  const address = new URL(location.href);
  address.searchParams.delete("a");
  address.hash = "";  // with one, the page would stay
  tellSpace(address);
  location.replace(address);
}

function emptyStorage() {
  dropUndrawn();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("avatar-studio")) localStorage.removeItem(key);
  } catch { /* storage is off: nothing is kept */ }
}

const diceFollow = () => kept.picks.all.length > 0 && part("follow").checked;

/** A roll that leans to the taste: the server rolls candidates, the choice among them is made here. */
async function rollByTaste() {
  const answer = await server.candidates({ avatar, keep: [...locks] });
  return answer?.avatars ? server.draw({ avatar: chooseAvatar(answer.avatars) }) : answer;
}

const chooseAvatar = (avatars) => avatars[chooseByTaste(tasteWeights, avatars.map((one) => tasteOf(data.traits, one.traits)))];
