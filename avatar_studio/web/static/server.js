// The functions of the server, as the page calls them: server.name(question) -> its answer, or nothing if it did not answer.
// server.name(question, signal): the request ends when the signal says so.
for (const [name, call] of Object.entries(server)) server[name] = (question, signal) => bringing(() => signal ? abortable(signal, () => call(question)) : call(question));

/** A server that forgot a style or model, after a day or a new start, says which it misses: it gets the file, if it is kept here, and is asked again. */
async function bringing(ask) {
  for (const brought = new Set(); ;) {  // an avatar may need a model and two styles
    const answer = await ask(), missing = answer?.missing;
    if (!missing || brought.has(missing)) return answer;
    brought.add(missing);
    const style = styles.all.find(({ id }) => id === missing), model = await modelFile(missing);
    const file = style?.file ?? (model && await base64(model));
    if (!file) return answer;  // not kept here, or the browser can no longer read it: the answer says what is missing
    const opened = await (style ? server.adopt({ file }) : server.open_model({ file }));
    if (!opened || opened.error) return opened;
  }
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
