// The live picture. Latest wins: one request is in flight, the newest state waits, and the last one is always drawn.
const live = { wanted: null, busy: false, turn: 0, code: "", good: null };
const RETRY_MS = 2000;

function want(full) {
  live.wanted = { avatar: copy(avatar), full };
  part("root").dataset.state = "busy";
  if (!live.busy) pump();
}

/** Forget what waits or flies: a picture from elsewhere takes its place. */
function dropWanted() {
  live.wanted = null;
  live.turn += 1;
}

async function pump() {
  live.busy = true;
  while (live.wanted) {
    const job = live.wanted, turn = live.turn;
    live.wanted = null;
    const answer = await server.draw(job);
    if (turn !== live.turn) continue;
    if (!answer) {  // the server did not answer: say so, and try what is newest by then
      tell(() => t("no_connection"), "error");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      if (turn === live.turn) live.wanted ??= job;
    } else if (answer.error) {
      tell(answer.error, "error");
      restore(live.good);
    } else {
      await showPicture(answer, job.full);
    }
  }
  live.busy = false;
}

async function showPicture(answer, full) {
  const preview = part("preview");
  preview.src = answer.image;
  try { await preview.decode(); } catch { /* a newer picture took its place */ }
  live.code = answer.code;
  live.good = answer.avatar;
  if (!full || live.wanted) return;
  part("root").dataset.code = answer.code;
  part("root").dataset.state = "settled";
  for (const next of afterwards) next(answer);
}

/** Call a function of the server that makes an avatar, and adopt what it answers. True when it worked. */
async function fetchAvatar(request) {
  part("root").dataset.state = "busy";
  const answer = await request;
  if (answer && !answer.error) {
    adopt(answer);
    return true;
  }
  tell(answer?.error ?? (() => t("no_connection")), "error");
  if (!live.busy) part("root").dataset.state = "settled";
  return false;
}
