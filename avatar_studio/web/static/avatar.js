// The avatar of now, in the browser: {traits, seed, background, background_colour}, with undo and redo.
let avatar = null;      // what the sliders show
let committed = null;   // the last avatar that a release, a roll or a photo left
const past = [], future = [];
const MOST_PAST = 200;
const shown = [];       // every control puts a function here that shows the avatar's values
const afterwards = [];  // called when the final picture of a change stands

let wishes = 0;         // how often something was changed by hand
const wished = {};      // a trait's or field's name -> the wish that changed or locked it last

const copy = (from) => ({ ...from, traits: { ...from.traits } });
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function showAvatar() { for (const show of shown) show(avatar); }

/** Move some traits while the person still drags. */
function edit(traits) {
  Object.assign(avatar.traits, traits);
  want(false);  // first, so that the server draws while the controls follow
  showAvatar();
}

function editBackground(fields) {
  Object.assign(avatar, fields);
  want(false);
  showAvatar();
}

/** The names of the traits and fields in which two avatars differ. */
function differing(one, other) {
  const names = (a, b) => Object.keys(a).filter((name) => !same(a[name], b[name]));
  return [...names(one.traits, other.traits), ...names(one, other).filter((name) => name !== "traits")];
}

function wish(names) {
  wishes += 1;
  for (const name of names) wished[name] = wishes;
}

/** An avatar that was asked for when there were `since` wishes: what was wished after that, or is dragged just now, is as it is now. */
function withWishes(made, since) {
  const result = copy(made);
  for (const name of [...Object.keys(wished).filter((one) => wished[one] > since), ...differing(avatar, committed)]) {
    if (name in result.traits) result.traits[name] = avatar.traits[name];
    else result[name] = avatar[name];
  }
  return result;
}

/** The person let go: remember this avatar and draw it in full. */
function settle() {
  wish(differing(avatar, committed));
  commit();
  want(true);
}

/** What was dragged was not meant: back to the avatar before it. */
function unsettle() {
  if (same(avatar, committed)) return;
  avatar = copy(committed);
  showAvatar();
  want(true);
}

function commit() {
  if (!same(avatar, committed)) {
    past.push(committed);
    if (past.length > MOST_PAST) past.shift();
    future.length = 0;
    committed = copy(avatar);
  }
  showHistory();
}

/** Take over an avatar that the server made and drew; since: how many wishes there were when it was asked for. */
function adopt(answer, since = wishes) {
  avatar = avatar ? withWishes(answer.avatar, since) : copy(answer.avatar);
  committed ??= copy(avatar);
  showAvatar();
  commit();
  if (!same(avatar, answer.avatar)) return want(true);  // another picture than the one that came
  dropWanted();
  showPicture(answer);
}

/** Go back to the avatar whose picture stands: the server refused a change. */
function restore(good) {
  avatar = copy(good);
  committed = copy(good);
  for (const steps of [past, future]) if (steps.length && same(steps.at(-1), committed)) steps.pop();  // to where one stands is no step
  showAvatar();
  showHistory();
}

function travel(from, to) {
  if (!from.length) return;
  to.push(committed);
  committed = from.pop();
  avatar = copy(committed);
  showAvatar();
  showHistory();
  want(true);
}

const undo = () => travel(past, future);
const redo = () => travel(future, past);

function showHistory() {
  part("undo").disabled = !past.length;
  part("redo").disabled = !future.length;
}
