// The avatar plays along: its eyes follow the pointer over its picture, and it beams while it is pressed. Nothing of it stays:
// frames lie over the picture at rest, and when the pointer leaves the face goes back to it.
const alive = { at: null, pressed: false, pose: null, playing: false };
const POSED = ["gaze_x", "gaze_y", "eye_openness", "eye_smile", "mouth_smile", "blush"];
const BEAMING = { eye_openness: 0, eye_smile: 1, mouth_smile: 1, blush: 1 };
const STEP = 0.25;   // of a trait, that a frame moves
const REACH = 0.8;   // of half a picture, beyond which the eyes turn no further

const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function buildAlive() {
  if (wantsCalm() || navigator.connection?.saveData) return;  // a pointer that plays loads a third of a megabyte a second
  const stage = part("preview").parentElement;
  const turn = (share) => Math.max(-1, Math.min(1, (2 * share - 1) / REACH));
  const follow = (event) => {
    if (event.type === "pointerdown") alive.pressed = !event.target.closest("button");
    if (event.type === "pointerup") alive.pressed = false;
    const box = stage.getBoundingClientRect();
    alive.at = { gaze_x: turn((event.clientX - box.left) / box.width), gaze_y: -turn((event.clientY - box.top) / box.height) };
    playAlong();
  };
  const leave = () => {
    alive.at = null;
    alive.pressed = false;
    playAlong();
  };
  for (const type of ["pointermove", "pointerdown", "pointerup"]) stage.addEventListener(type, follow);
  for (const type of ["pointerleave", "pointercancel"]) stage.addEventListener(type, leave);
}

const ownPose = () => Object.fromEntries(POSED.map((name) => [name, avatar.traits[name]]));
const atRest = () => part("root").dataset.state === "settled" && !live.busy;

/** The traits of a face, each from one pose a step towards another. */
function nearer(from, to) {
  return Object.fromEntries(POSED.map((name) => {
    const way = to[name] - from[name];
    return [name, Math.abs(way) <= STEP ? to[name] : from[name] + Math.sign(way) * STEP];
  }));
}

/** Frame after frame until the face has the pose that is wanted, there once more drawn sharp. A change of the avatar comes first. */
async function playAlong() {
  if (alive.playing) return;
  alive.playing = true;
  try {
    while (atRest()) {
      const own = ownPose();
      const wanted = { ...own, ...alive.at, ...(alive.pressed ? BEAMING : {}) }, before = alive.pose ?? own, code = live.code;
      const pose = nearer(before, wanted), posed = { ...avatar, traits: { ...avatar.traits, ...pose } };
      const there = same(pose, before);
      if (there && (alive.sharp || same(pose, own))) break;
      const answer = await (there ? server.draw({ avatar: posed }) : fetchFrame(posed));
      if (!atRest() || code !== live.code || !answer || answer.error) break;
      alive.pose = pose;
      alive.sharp = there;
      await (there ? showSharp(answer.image) : showFrame(answer));
    }
  } catch {  // a frame that arrived broken: back to the picture, until the pointer moves again
    alive.at = null;
  } finally {
    alive.playing = false;
  }
  if (atRest() && (!alive.at || same(alive.pose, ownPose()))) rest();
}

/** A picture at rest, in place of a frame. */
async function showSharp(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  const frame = part("frame");
  frame.width = frame.height = image.naturalWidth;
  frame.getContext("2d").drawImage(image, 0, 0);
}
