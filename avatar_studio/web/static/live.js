// The live picture. Latest wins: one request is in flight, the newest state waits, and the last one is always drawn.
const live = { wanted: null, busy: false, turn: 0, asked: 0, away: false, code: "", good: null, restored: false };
const RETRY_MS = 2000;
const IDLE_MS = 250;
const UNDRAWN = "avatar-studio-undrawn";
const waiting = [];  // called, once each, when the picture is at rest
const FRAME = (() => {
  const embedded = element.closest("gradio-app")?.getAttribute("src");  // in a page of somebody else's
  const root = (embedded ?? window.gradio_config?.root ?? location.origin).replace(/\/*$/, "/");
  const url = new URL("frame", root), key = new URLSearchParams(location.search).get("__sign");
  if (key) url.searchParams.set("__sign", key);  // of a private Space, where a browser keeps no cookies of a frame
  return embedded ? url.href : url.pathname + url.search;  // a proxy's root may begin with http: where the page's begins with https:
})();

function want(full) {
  live.wanted = { avatar: copy(avatar), full };
  part("root").dataset.state = "busy";
  if (!live.busy) pump();
}

/** Once nothing is under way. */
async function atLast() {
  while (part("root").dataset.state !== "settled") await new Promise((resolve) => waiting.push(resolve));
}

/** Whether nothing is dragged or drawn: what else there is to draw may be. */
const isStill = () => avatar !== null && !live.busy && same(avatar, committed);

/** A function that has `work` done in a moment, once however often it is called until then: just when a picture has come the live one is still busy. */
function whenIdle(work) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, IDLE_MS);
  };
}

/** Forget what waits or flies: a picture from elsewhere takes its place. */
function dropWanted() {
  live.wanted = null;
  live.turn += 1;
}

async function pump() {
  live.busy = true;
  try {
    while (live.wanted) await drawWanted();
  } finally {  // whatever went wrong, the next change is drawn
    live.busy = false;
  }
}

async function drawWanted() {
  const job = live.wanted, turn = live.turn;
  live.wanted = null;
  const answer = await (job.full ? server.draw({ avatar: job.avatar }) : bringing(() => fetchFrame(job.avatar)));
  if (turn !== live.turn) return;
  if (!answer) {  // the server did not answer: say so, and try what is newest by then
    tellAway();
    keepUndrawn();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    if (turn === live.turn) live.wanted ??= job;
    return;
  }
  live.away = false;
  if (answer.error) {
    tell(answer.error, "error");
    dropUndrawn();
    if (live.wanted) return;  // something newer, which may be drawn
    restore(live.good);
    rest();
  } else if (job.full) {
    await showPicture(answer);
  } else {
    await showFrame(answer).catch(() => {});  // one that arrived broken is passed over: another one, or the picture, follows
    if (!live.wanted && same(avatar, committed)) want(true);  // dragged back to where it stood, of which no browser says that it changed
  }
}

/** That the server does not answer, once until it does. */
function tellAway() {
  if (!live.away) tell(() => t("no_connection"), "error");
  live.away = true;
}

/** Whoever loads the page again before the studio answers goes on with what was made meanwhile. */
function keepUndrawn() {
  try { sessionStorage.setItem(UNDRAWN, JSON.stringify({ avatar: avatar ?? readUndrawn(), link: linkedCode() })); } catch { /* storage is off or full */ }
}

const linkedCode = () => new URLSearchParams(location.search).get("a");

/** The avatar that was left so at this address, if one was. */
function readUndrawn() {
  try {
    const left = JSON.parse(sessionStorage.getItem(UNDRAWN));
    return left?.link === linkedCode() ? left.avatar : null;
  } catch { return null; }
}

function dropUndrawn() {
  try { sessionStorage.removeItem(UNDRAWN); } catch { /* storage is off */ }
}

/** The picture stands, and no frame lies over it. */
function rest() {
  part("frame").hidden = true;
  alive.pose = null;
  part("root").dataset.state = "settled";
  for (const next of waiting.splice(0)) next();
}

/** The picture of an avatar at rest. */
async function showPicture(answer) {
  const preview = part("preview");
  preview.src = answer.image;
  try { await preview.decode(); } catch { /* a newer picture took its place */ }
  dropUndrawn();
  live.code = answer.code;
  live.good = answer.avatar;
  if (live.wanted) return;
  part("root").dataset.code = answer.code;
  rest();
  for (const next of afterwards) next(answer);
}

const sheet = document.createElement("canvas").getContext("2d", { willReadFrequently: true });  // where a frame is put together

/** The avatar as a quick frame, a Blob; {error} if it cannot be, null if the server did not answer. */
async function fetchFrame(avatar) {
  try {
    const answer = await fetch(FRAME, { method: "POST", body: JSON.stringify({ avatar }), signal: AbortSignal.timeout(SILENCE_MS) });
    if (answer.ok) return await answer.blob();
    const told = await answer.json();
    return told.error?.en ? told : null;  // else a proxy's
  } catch { return null; }
}

/** A quick frame: a JPEG, with its alpha as a second picture below where there is any. Lies over the preview until the rest. */
async function showFrame(jpeg) {
  const image = await createImageBitmap(jpeg);  // decoded once; an <img> drawn on a canvas is twice
  const { width: edge, height } = image, frame = part("frame");
  if (frame.width !== edge) frame.width = frame.height = edge;
  (READS_BACK ? putTogether : layTogether)(frame.getContext("2d"), image, edge, height > edge);
  image.close();
  frame.hidden = false;
  frame.dataset.shown = Number(frame.dataset.shown ?? 0) + 1;
}

function putTogether(brush, image, edge, hasAlpha) {
  const { width, height } = image;
  if (sheet.canvas.width !== width || sheet.canvas.height !== height) Object.assign(sheet.canvas, { width, height });
  sheet.drawImage(image, 0, 0);
  const { data } = sheet.getImageData(0, 0, width, height), colours = data.subarray(0, 4 * edge * edge);
  if (hasAlpha) for (let i = 3; i < colours.length; i += 4) colours[i] = data[colours.length + i - 1];
  brush.putImageData(new ImageData(colours, edge), 0, 0);
}

/** The same without a look at the pixels, by a filter that Safari's canvas has not. */
function layTogether(brush, image, edge, hasAlpha) {
  const lay = (top) => brush.drawImage(image, 0, top, edge, edge, 0, 0, edge, edge);
  brush.clearRect(0, 0, edge, edge);
  if (hasAlpha) {
    brush.filter = "url(#grey-is-alpha)";
    lay(edge);
    brush.filter = "none";
    brush.globalCompositeOperation = "source-in";
  }
  lay(0);
  brush.globalCompositeOperation = "source-over";
}

/** Forget the avatar that was asked for last: another wish takes its place. */
function dropAsked() { live.asked += 1; }

/** Call a function of the server that makes an avatar, and adopt what it answers. True when it worked, and nothing else was asked for meanwhile. */
async function fetchAvatar(request) {
  dropAsked();
  part("root").dataset.state = "busy";
  const since = wishes, turn = live.asked, answer = await request;
  if (turn !== live.asked) return false;
  if (answer?.avatar) {
    live.away = false;
    adopt(answer, since);
    return true;
  }
  tell(why(answer), "error");
  if (!live.busy) rest();
  return false;
}
