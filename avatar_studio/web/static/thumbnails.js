// Thumbnails of choices: this avatar with that one change. Drawn only for the open group and only while nothing is
// dragged, a few a call, so that the live picture never waits for them.
const thumbnails = [];
const THUMBNAILS_A_CALL = 6, IDLE_MS = 250;
let idleTimer = null, drawingThumbnails = false, drawAgain = false;

function drawThumbnails(node, trait, names, pictures) { thumbnails.push({ node, trait, names, pictures, stand: [] }); }

function scheduleThumbnails() {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(refreshThumbnails, IDLE_MS);
}

/** What a choice's pictures depend on: all of the avatar but the choice itself. */
function without(now, trait) {
  const style = trait === "style" ? { style: null, strength: null, second_style: null, blend: null } : {};
  return JSON.stringify({ ...now, ...style, traits: { ...now.traits, [trait]: null }, ...(trait === "background" ? {} : { background_colour: null }),
                          background: null });
}

const inSight = (node) => node.offsetParent !== null && node.checkVisibility?.() !== false;

async function refreshThumbnails() {
  if (drawingThumbnails) { drawAgain = true; return; }
  drawingThumbnails = true;
  try {
    for (const one of thumbnails) if (!await refresh(one)) break;  // the next final picture calls again
  } finally {
    drawingThumbnails = false;
  }
  if (drawAgain) scheduleThumbnails();
  drawAgain = false;
}

/** Redraw what is out of date of one choice. False when the person is busy and the pictures must wait. */
async function refresh(one) {
  for (let start = 0; start < one.names.length; start += THUMBNAILS_A_CALL) {
    if (!inSight(one.node)) return true;
    if (!avatar || live.busy || !same(avatar, committed)) return false;
    const key = without(avatar, one.trait), names = one.names.slice(start, start + THUMBNAILS_A_CALL);
    if (one.stand[start] === key) continue;
    const answer = await server.options({ avatar, trait: one.trait, names });
    if (!answer?.images || key !== without(avatar, one.trait)) return false;
    answer.images.forEach((image, i) => { one.pictures[start + i].src = image; });
    one.stand[start] = key;
  }
  one.node.dataset.drawn = "yes";
  return true;
}

afterwards.push(scheduleThumbnails);
