// The avatar of now, in the browser: {traits, seed, background, background_colour}, with undo and redo.
let avatar = null;      // what the sliders show
let committed = null;   // the last avatar that a release, a roll or a photo left
const past = [], future = [];
const MOST_PAST = 200, ONE_STEP_MS = 1000;
const shown = [];       // every control puts a function here that shows the avatar's values
const afterwards = [];  // called when the final picture of a change stands

let wishes = 0;         // how often something was changed by hand
const wished = {};      // a trait's or field's name -> the wish that changed or locked it last

let byKey = false;      // whether the person used the keyboard last
let nudge = null;       // the last step of the past, if it may go on: {names: what it changed, step, at}
document.addEventListener("keydown", () => { byKey = true; }, true);
document.addEventListener("pointerdown", () => { byKey = false; }, true);

const copy = (from) => ({ ...from, traits: { ...from.traits } });
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function showAvatar() { for (const show of shown) show(avatar); }

/** Change some of the avatar's fields while the person still drags. */
function editFields(fields) {
  Object.assign(avatar, fields);
  want(false);  // first, so that the server draws while the controls follow
  showAvatar();
}

/** The same for some of its traits. */
const edit = (traits) => editFields({ traits: { ...avatar.traits, ...traits } });

/** Change some fields at once, as one step. */
function decide(fields) {
  editFields(fields);
  settle();
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

/** The person let go: remember this avatar and draw it in full. goesOn: what changes the same again within a moment is the same step. */
function settle(goesOn = byKey) {
  const names = differing(avatar, committed);
  wish(names);
  commit(goesOn ? names : []);
  want(true);
}

/** What was dragged was not meant: back to the avatar before it. */
function unsettle() {
  if (same(avatar, committed)) return;
  avatar = copy(committed);
  showAvatar();
  want(true);
}

/** Make the avatar of now the last step. names: what was changed by something that goes on, such as a key; again and again, it makes one step. */
function commit(names = []) {
  if (!same(avatar, committed)) {
    const goesOn = names.length > 0 && names.every((name) => nudge?.names.includes(name)) && nudge.step === past.at(-1) && !future.length && Date.now() - nudge.at < ONE_STEP_MS;
    if (!goesOn) past.push(committed);
    if (past.length > MOST_PAST) past.shift();
    future.length = 0;
    committed = copy(avatar);
    const steps = past.length;
    dropStill();
    nudge = names.length && steps === past.length ? { names: goesOn ? nudge.names : names, step: past.at(-1), at: Date.now() } : null;
  }
  showHistory();
}

/** To where one stands is no step. */
function dropStill() {
  for (const steps of [past, future]) if (steps.length && same(steps.at(-1), committed)) steps.pop();
}

/** A model or style that is gone paints neither the avatar of now nor one of a step, for which undo would ask in vain. */
function forgetLearned(id) {
  const without = (one) => ({ ...one, ...one.model === id && { model: "", likeness: 1 }, ...one.style === id && { style: "none" }, ...one.second_style === id && { second_style: "none", blend: 0 } });
  if (!same(avatar, without(avatar))) decide(without(avatar));
  for (const steps of [past, future]) {
    const left = steps.map(without);
    steps.splice(0, steps.length, ...left.filter((one, place) => !place || !same(one, left[place - 1])));
  }
  dropStill();
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
  dropStill();
  showAvatar();
  showHistory();
}

function travel(from, to, done) {
  if (!from.length) return;
  dropAsked();
  to.push(committed);
  committed = from.pop();
  avatar = copy(committed);
  showAvatar();
  showHistory();
  want(true);
  announce(t(done));
}

const undo = () => travel(past, future, "undone");
const redo = () => travel(future, past, "redone");

/** At the end they only say so: disabled, they would let go of the keyboard. */
function showHistory() {
  part("undo").setAttribute("aria-disabled", !past.length);
  part("redo").setAttribute("aria-disabled", !future.length);
}
