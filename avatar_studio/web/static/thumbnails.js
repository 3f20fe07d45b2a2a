// Thumbnails of choices: this avatar with that one change. Drawn only for the open group and only while nothing is
// dragged, a few a call, so that the live picture never waits for them.
const thumbnails = [];
const THUMBNAILS_A_CALL = 6;
const ALONE = { style: ["style", "strength", "second_style", "blend"], model: ["model", "likeness"] };  // fields that stand in no picture of these choices
let drawingThumbnails = false, drawAgain = false;

/** Have pictures of a choice's options drawn while `node` is in sight. Returns what to call with other options: their names and <img>s. */
function drawThumbnails(node, trait, names, pictures) {
  const one = { node, trait };
  const show = (names, pictures) => {
    Object.assign(one, { names, pictures, stand: [] });
    scheduleThumbnails();
  };
  thumbnails.push(one);
  show(names, pictures);
  return show;
}

const scheduleThumbnails = whenIdle(refreshThumbnails);

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
  const { trait, names, pictures, stand } = one;
  for (let start = 0; start < names.length; start += THUMBNAILS_A_CALL) {
    if (!inSight(one.node)) return true;
    if (!isStill()) return false;
    const key = without(avatar, trait);
    if (stand[start] === key) continue;
    const answer = await server.options({ avatar, trait, names: names.slice(start, start + THUMBNAILS_A_CALL) });
    if (!answer) setTimeout(scheduleThumbnails, RETRY_MS);
    if (!answer?.images || key !== without(avatar, trait)) return false;
    answer.images.forEach((image, i) => { pictures[start + i].src = image; });
    stand[start] = key;
  }
  one.node.dataset.drawn = "yes";
  return true;
}

/** What a choice's pictures depend on: all of the avatar but the choice itself, and the background's choice alone shows a background. */
function without(now, trait) {
  const fields = trait === "background" ? ["background"] : ["background", "background_colour", ...ALONE[trait] ?? []];
  return JSON.stringify({ ...now, ...Object.fromEntries(fields.map((name) => [name, null])), traits: { ...now.traits, [trait]: null } });
}

afterwards.push(scheduleThumbnails);
whenOpened.push(scheduleThumbnails);
