// Thumbnails of choices: this avatar with that one change. Drawn only for the open group and only while nothing is
// dragged, a few a call, so that the live picture never waits for them.
const thumbnails = [];
const THUMBNAILS_A_CALL = 6, IDLE_MS = 250;
let idleTimer = null, drawingThumbnails = false;

function drawThumbnails(node, trait, names, pictures) { thumbnails.push({ node, trait, names, pictures, stand: [] }); }

function scheduleThumbnails() {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(refreshThumbnails, IDLE_MS);
}

/** What a choice's pictures depend on: all of the avatar but the choice itself. */
function without(now, trait) {
  return JSON.stringify({ ...now, traits: { ...now.traits, [trait]: null }, ...(trait === "background" ? {} : { background_colour: null }),
                          background: null });
}

const inSight = (node) => node.offsetParent !== null && node.checkVisibility?.() !== false;

async function refreshThumbnails() {
  if (drawingThumbnails || !avatar) return;
  drawingThumbnails = true;
  const order = thumbnails.filter(({ node }) => inSight(node));
  for (const one of order) {
    for (let start = 0; start < one.names.length; start += THUMBNAILS_A_CALL) {
      const key = without(avatar, one.trait), names = one.names.slice(start, start + THUMBNAILS_A_CALL);
      if (one.stand[start] === key) continue;
      if (live.busy || !same(avatar, committed)) { drawingThumbnails = false; return; }  // the next final picture calls again
      const answer = await server.options({ avatar, trait: one.trait, names });
      if (!answer?.images || key !== without(avatar, one.trait)) { drawingThumbnails = false; return; }
      answer.images.forEach((image, i) => { one.pictures[start + i].src = image; });
      one.stand[start] = key;
    }
    one.node.dataset.drawn = "yes";
  }
  drawingThumbnails = false;
}

afterwards.push(scheduleThumbnails);
