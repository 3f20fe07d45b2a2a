// The Enlarge tab: super-resolution before and after, its switch, and pictures that people bring.
const enlarge = { stands: "", timer: null, file: null, turn: 0 };

function buildEnlarge() {
  const switched = make("input", { type: "checkbox", "data-part": "super-resolution" }), title = make("span");
  say(title, () => t("enlarge_switch"));
  switched.addEventListener("change", () => { editBackground({ super_resolution: switched.checked }); settle(); });
  shown.push((now) => { switched.checked = now.super_resolution; });
  const first = section("enlarge_this", hint("enlarge_hint"), comparePart("compare"), make("label", { class: "check" }, switched, title));
  addGroup({ name: "enlarge", ...bilingual("enlarge"), icon: "enlarge" }, [first, broughtPart()], false);
  afterwards.push(scheduleCompare);
  whenOpened.push(scheduleCompare);
}

/** Two pictures over each other and a slider that says how much of which is seen. */
function comparePart(name) {
  const node = make("div", { class: "compare", "data-part": name, hidden: true });
  const slider = make("input", { type: "range", min: 0, max: 100, value: 50, step: 1 });
  const tag = (key, kind) => { const words = make("span", { class: kind }); say(words, () => t(key)); return words; };
  say(slider, () => t("enlarge_slider"), "aria-label");
  slider.addEventListener("input", () => node.style.setProperty("--at", `${slider.value}%`));
  node.append(make("img", { class: "before", alt: "", draggable: "false" }), make("img", { class: "after", alt: "", draggable: "false" }),
    make("i", {}), tag("enlarge_before", "left"), tag("enlarge_after", "right"), slider);
  return node;
}

function showCompare(node, { before, after }) {
  node.querySelector(".before").src = before;
  node.querySelector(".after").src = after;
  node.hidden = false;
}

/** A little later: just now the live picture is still busy. */
function scheduleCompare() {
  clearTimeout(enlarge.timer);
  enlarge.timer = setTimeout(refreshCompare, IDLE_MS);
}

async function refreshCompare() {
  if (openGroup !== "enlarge" || live.busy || !avatar || !same(avatar, committed)) return;
  const ofNow = () => JSON.stringify({ ...avatar, super_resolution: null }), stands = ofNow();
  if (stands === enlarge.stands) return;
  const answer = await server.compare({ avatar });
  if (!answer?.after || stands !== ofNow()) return;  // the next picture at rest calls again
  enlarge.stands = stands;
  showCompare(part("compare"), answer);
}

function broughtPart() {
  const scales = make("div", { class: "segments" }, ...segments("enlarge-scale", data.limits.scales, 2, (scale) => t("enlarge_times", { scale })));
  const styled = make("input", { type: "checkbox", "data-part": "enlarge-styled" }), words = make("span");
  say(words, () => t("enlarge_styled"));
  const row = make("label", { class: "check" }, styled, words);
  shown.push((now) => { row.hidden = now.style === "none"; });
  const choose = filePart("enlarge_choose", PICTURES, (file) => { enlarge.file = file; enlargeFile(); }, "enlarge-file");
  for (const one of [scales, styled]) one.addEventListener("change", () => enlargeFile());
  const runs = make("p", { class: "hint", role: "status", "data-part": "enlarge-runs" });
  const save = button("save_now", () => download(enlarge.made), { "data-part": "enlarge-save", hidden: true });
  return section("enlarge_own", hint("enlarge_own_hint"), make("div", { class: "row" }, choose, scales, row), runs, comparePart("brought"), save);
}

async function enlargeFile() {
  if (!enlarge.file) return;
  const turn = enlarge.turn += 1, save = part("enlarge-save");
  save.disabled = true;  // until it is what was chosen
  part("enlarge-runs").textContent = t("enlarge_runs");
  const styled = part("enlarge-styled").checked && avatar.style !== "none";
  const answer = await server.enlarge({ picture: await base64(enlarge.file).catch(() => ""), scale: Number(chosenOf("enlarge-scale")),
                                        avatar: styled ? avatar : { ...avatar, style: "none" } });
  if (turn !== enlarge.turn) return;  // something else was chosen meanwhile
  save.disabled = false;
  part("enlarge-runs").textContent = "";
  if (!answer?.after) return tell(answer?.error ?? (() => t("no_answer")), "error");
  enlarge.made = { name: answer.name, file: answer.after };
  showCompare(part("brought"), answer);
  save.hidden = false;
}
