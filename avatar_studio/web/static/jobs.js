// A job in the background, as a box on the page: its place in the queue, how far it is, a preview, its curve, and cancel.
// The browser keeps which one it is, so that a page that is opened again finds it, and all of the page's tabs follow the same one.
const jobBoxes = [];
const ASK_JOB_MS = 700, CURVE = [240, 56];

/** about: {name: of its parts, key: in the browser's storage, ask({session, job}) -> answer, take(answer): when it is done, true once what came
    out is stored, over(failed): when nothing came out, as it failed or was cancelled, words(answer): more to say, under: a note below}. */
function jobBox({ name, key, ask, take, over = () => {}, words = () => "", under = "" }) {
  const { session, job } = jobFromStorage(key);
  const box = { session, job, node: null, unstored: null, begin, follow, letGo };
  let beginning = false, stopping = null;  // the server's answer to a cancel
  const preview = make("img", { alt: "", "data-part": `${name}-preview` }), state = make("p", { "data-part": `${name}-state`, role: "status" });
  const bar = make("progress", { max: 1, value: 0, "data-part": `${name}-progress` }), curve = make("div", { class: "curve", "data-part": `${name}-curve`, role: "img" });
  say(bar, () => t("take_progress"), "aria-label");
  say(curve, () => t("mine_curve"), "aria-label");
  const stop = button("own_cancel", () => busily(stop, cancel), { "data-part": `${name}-cancel` });
  box.node = make("div", { class: "job", "data-part": `${name}-job`, hidden: true }, preview, state, stop, bar, curve, under);
  jobBoxes.push(box);
  addEventListener("storage", (event) => { if (event.key === key) hear(readJob(event.oldValue), readJob(event.newValue)); });
  return box;

  /** Have the server begin a job, once however often it is asked for. ask() -> its answer; buttons rest meanwhile. True when it has begun. */
  async function begin(buttons, ask) {
    if (beginning) return false;
    let answer;
    beginning = true;
    const held = buttons.find((one) => one === document.activeElement);
    for (const one of buttons) one.disabled = true;
    try {
      answer = await ask();
    } finally {
      for (const one of buttons) one.disabled = false;
      beginning = false;
      if (document.activeElement === document.body) held?.focus();
    }
    if (!answer?.job) {
      tell(why(answer), "error");
      return false;
    }
    keep(answer.session, answer.job);
    follow();
    return true;
  }

  /** Ask how far it is until it has ended, and take what came out. */
  async function follow() {
    const { session, job } = box;
    if (!job) return;
    preview.removeAttribute("src");
    curve.replaceChildren();
    box.node.hidden = false;
    let answer, look = null, lending = false;
    while (box.job === job) {
      answer = await ask({ session, job, look });
      await stopping;  // a job that was just cancelled is no error
      if (box.job !== job) return;
      if (answer?.error || answer?.state === "done") break;
      const now = answer ? sentences([jobWords(answer), words(answer)].filter(Boolean)) : t("own_away");
      if (state.textContent !== now) state.textContent = now;  // it is read out
      if (answer) {
        bar.value = answer.share;
        if (answer.preview) preview.src = answer.preview;  // it comes only when it is another
        look = answer.look;
        drawCurves(curve, answer.losses);
        if (answer.borrows && !lending) {
          lending = true;
          server.lend({ session, job }).finally(() => { lending = false; });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_JOB_MS));
    }
    if (answer.error) await new Promise((resolve) => setTimeout(resolve, ASK_JOB_MS));  // another tab that ended it is about to say so
    const stored = answer.state !== "done" || await take(answer);
    if (box.job !== job) return;
    if (answer.error) {
      await over(true);
      tell(answer.error, "error");
    }
    if (!stored) {  // the server's copy stays the only one: the page that opens next takes it again
      box.unstored = { session, job, id: (answer.model ?? answer.style).id };
      return rest();
    }
    end(answer.error);
    if (!answer.error) server.stop({ session, job });
  }

  /** The person deleted what came out. */
  function letGo(id) {
    if (box.unstored?.id !== id) return;
    server.stop(box.unstored);
    release(box.unstored.job);
    box.unstored = null;
  }

  function rest() {
    box.job = null;
    const held = document.activeElement === stop;
    box.node.hidden = true;
    if (held) stayNear(stop);
  }

  /** error: what went wrong, for the other tabs to tell too. */
  function end(error) {
    const { job } = box;
    rest();
    release(job, error);
  }

  function release(job, error) {
    if (jobFromStorage(key).job === job) store({ session: box.session, job: box.job, error });  // else it is another tab's by now
  }

  /** Another tab has begun a job or ended one: what the browser kept before, and keeps now. */
  function hear(before, now) {
    if (!box.job) {
      Object.assign(box, { session: now.session, job: now.job });
      if (avatar) follow();
    } else if (now.job) {
      return;  // two tabs began at once: each follows its own
    } else if (before.job === box.job) {
      rest();
      over(Boolean(now.error));
      if (now.error) tell(now.error, "error");
    } else {
      store(box);  // the other one's is over, and this one is to be found again
    }
  }

  /** The job is let go of once the server has: else it would go on learning from pictures that nobody can delete. */
  async function cancel() {
    const { session, job } = box;
    if (!job) return;
    stopping = server.stop({ session, job });
    const answer = await stopping;
    if (box.job !== job) return;  // another tab was quicker
    if (!answer || answer.error) return tell(why(answer), "error");
    end();
    over(false);
    tell(() => t("own_cancelled"));
  }

  function keep(session, job) {
    Object.assign(box, { session, job });
    store(box);
  }

  function store({ session, job, error }) {
    try { localStorage.setItem(key, JSON.stringify({ session, job, error })); } catch { /* storage is off: for this visit only */ }
  }
}

/** Once there is an avatar, on which what comes out can be shown. */
function followJobs() { for (const box of jobBoxes) box.follow(); }

function jobFromStorage(key) {
  try { return readJob(localStorage.getItem(key)); } catch { return readJob(null); }  // storage is off
}

function readJob(text) {
  try {
    const { session = null, job = null, error } = JSON.parse(text ?? "{}");
    return { session, job, error };
  } catch { return { session: null, job: null }; }  // somebody wrote nonsense there
}

function jobWords({ state, place, seconds }) {
  if (state === "queued") return t("own_queued", { place });
  if (seconds === null) return t("own_begins");
  if (seconds > 60) return t("own_minutes", { minutes: Math.ceil(seconds / 60) });
  return seconds > 5 ? t("own_seconds", { seconds: 10 * Math.ceil(seconds / 10) }) : t("own_moment");
}

/** Lines that fall as a model learns, each in its own range. losses: {name: [[share, value], ...]}. */
function drawCurves(node, losses) {
  const [width, height] = CURVE, svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const lines = Object.values(losses ?? {}).map((curve) => curve.filter(([, value]) => Number.isFinite(value))).filter((curve) => curve.length > 1);
  if (!lines.length) return node.replaceChildren();
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" });
  for (const line of lines) {
    const values = line.map(([, value]) => value), low = Math.min(...values), range = Math.max(...values) - low || 1;
    const points = line.map(([share, value]) => `${(share * width).toFixed(1)},${(height - 4 - (value - low) / range * (height - 8)).toFixed(1)}`);
    picture.append(svg("polyline", { points: points.join(" ") }));
  }
  node.replaceChildren(picture, hint("mine_curve"));
}
