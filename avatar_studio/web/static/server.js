// The functions of the server, as the page calls them: server.name(question) -> its answer, or nothing if it did not answer.
// server.name(question, signal): the request ends when the signal says so. Lines in tunnels and of computers that slept lose an answer and never say so: where both
// ways are small, silence is taken for none.
const SILENCE_MS = 30000, VERSION_MS = 3000;
const SMALL = new Set(["open", "draw", "options", "roll", "say", "pack", "neighbours", "candidates", "strip"]);
const { version: callVersion } = server;
for (const [name, call] of Object.entries(server)) {
  server[name] = (question, signal) => bringing(() => {
    const ends = SMALL.has(name) ? AbortSignal.timeout(SILENCE_MS) : signal;
    return ends ? abortable(ends, () => call(question)) : call(question);
  });
}

const NEWER = "avatar-studio-newer";
const bringings = { now: new Set(), allowed: true };  // the files on their way to a server that misses them

// What is to be forgotten may be on its way there just now, for a picture that was asked for before, and would arrive after it was.
for (const name of ["forget_model", "forget_style"]) {
  const forget = server[name];
  server[name] = async (question) => {
    await Promise.allSettled(bringings.now);
    return forget(question);
  };
}

/** A server that forgot a style or model, after a day or a new start, says which it misses: it gets the file, if it is kept here, and is asked again. */
async function bringing(ask) {
  for (const brought = new Set(); ;) {  // an avatar may need a model and two styles
    const answer = await ask(), missing = answer?.missing;
    if (!bringings.allowed) return answer;
    if (!answer || answer.stale) await loadNewer();
    if (!missing) return answer;
    if (brought.has(missing)) return withoutIt(missing, answer);
    brought.add(missing);
    const way = bringFile(missing, answer);
    bringings.now.add(way);
    const opened = await way.finally(() => bringings.now.delete(way));
    if (!opened || opened.error) return withoutIt(missing, opened);
  }
}

/** The avatar of now goes on without a style or model of somebody else's that is gone: with it, even the dice would fail. */
function withoutIt(id, answer) {
  if (!answer?.missing) return answer;
  dropGuest(id);
  if (!avatar || [...models.all, ...styles.all].some((one) => one.id === id) || ![avatar.model, avatar.style, avatar.second_style].includes(id)) return answer;
  forgetLearned(id);
  const [en, zh] = data.texts["learned_gone"], error = { en, zh };
  tell(error, "error");  // for who asked may say nothing, as of a frame or a thumbnail
  return { error };
}

/** A page that stood open while the studio was updated is refused what it asks for: it is loaded anew, once for each update. */
async function loadNewer() {
  const { version } = await abortable(AbortSignal.timeout(VERSION_MS), () => callVersion({})) ?? {};
  if (!version || version === data.version || element.closest("gradio-app")?.getAttribute("src")) return;  // in a page of somebody else's it is not ours to do
  try {
    if (sessionStorage.getItem(NEWER) === version) return;
    sessionStorage.setItem(NEWER, version);
  } catch { return; }  // storage is off: it would not end
  keepUndrawn();
  location.reload();
  await new Promise(() => {});  // nothing more is said
}

/** Bring the server a style or model: what it answers; or `otherwise`, if it is not kept here or the browser can no longer read it. */
async function bringFile(id, otherwise) {
  const style = styles.all.find((one) => one.id === id), model = await modelFile(id);
  const file = style?.file ?? (model && await base64(model));
  return file ? await (style ? server.adopt({ file }) : server.open_model({ file })) : otherwise;
}

/** Gradio's calls (6.31) take no signal, but each fetches before it returns. */
function abortable(signal, call) {
  const { fetch } = window;
  window.fetch = (address, options) => fetch(address, { ...options, signal });
  try {
    return call();
  } finally {
    window.fetch = fetch;
  }
}
