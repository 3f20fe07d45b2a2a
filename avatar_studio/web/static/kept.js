// What the browser keeps for this person: favourites, recent avatars and what was picked. Nothing of it is sent anywhere by itself.
const KEPT = { favourites: 60, recent: 24, picks: 150 };  // at most so many of each
const kept = Object.fromEntries(Object.keys(KEPT).map((name) => [name, fromStorage(name)]));
const keptChanged = [];  // called when one of them changed
let tasteWeights = learnTaste(kept.picks.map((pick) => pick.difference));

function fromStorage(name) {
  try {
    const found = JSON.parse(localStorage.getItem(`avatar-studio-${name}`) ?? "[]");
    return Array.isArray(found) ? found.filter(name === "picks" ? isPick : isPictured) : [];
  } catch { return []; }  // storage is off, or somebody wrote nonsense there
}

function isPictured(one) { return /^A[\w-]+$/.test(one?.code) && /^data:image\/(webp|png);base64,/.test(one?.picture); }

function isPick(one) {
  return Array.isArray(one?.difference) && one.difference.length === tasteMeanings(data.traits).length && one.difference.every(Number.isFinite);
}

function keep(name, list) {
  kept[name] = list.slice(0, KEPT[name]);
  try { localStorage.setItem(`avatar-studio-${name}`, JSON.stringify(kept[name])); } catch { /* storage is off or full: for this visit only */ }
  if (name === "picks") tasteWeights = learnTaste(kept.picks.map((pick) => pick.difference));
  for (const changed of keptChanged) changed();
}

const isFavourite = (code) => kept.favourites.some((one) => one.code === code);

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
    keep("favourites", kept.favourites.filter((one) => one.code !== code));
    keep("picks", kept.picks.filter((one) => one.code !== code));
    return;
  }
  keep("favourites", [{ code, picture: smallPicture() }, ...kept.favourites]);
  const answer = await server.candidates({ avatar, keep: [] });
  if (answer?.avatars && isFavourite(code)) rememberPick(traits, answer.avatars.map((one) => one.traits), code);
}

function rememberPick(traits, others, code = "") {
  const numbers = (one) => tasteOf(data.traits, one);
  keep("picks", [{ code, difference: tasteDifference(numbers(traits), others.map(numbers)) }, ...kept.picks]);
}

const diceFollow = () => kept.picks.length > 0 && part("follow").checked;

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
    const on = isFavourite(live.code);
    heart.setAttribute("aria-pressed", on);
    heart.title = t(on ? "heart_off" : "heart");
    heart.setAttribute("aria-label", heart.title);
  };
  heart.addEventListener("click", () => { if (live.code && part("root").dataset.state === "settled") toggleHeart(); });
  spoken.push([heart, () => { show(); return heart.title; }, "aria-label"]);
  keptChanged.push(show);
  afterwards.push((answer) => {
    if (past.length || future.length) keep("recent", [{ code: answer.code, picture: smallPicture() }, ...kept.recent.filter((one) => one.code !== answer.code)]);
    show();
  });
}
