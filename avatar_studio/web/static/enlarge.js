// The Enlarge tab: super-resolution before and after, its switch, and pictures that people bring.
const enlarge = { stands: "", file: null, asked: "", made: null, turn: 0 };  // asked: how the brought picture was wanted last

function buildEnlarge() {
  const switched = tickBox("enlarge_switch", { "data-part": "super-resolution" });
  switched.addEventListener("change", () => decide({ super_resolution: switched.control.checked }));
  shown.push((now) => { switched.control.checked = now.super_resolution; });
  const first = section("enlarge_this", hint("enlarge_hint"), comparePart("compare"), switched);
  addTab({ name: "enlarge", ...bilingual("enlarge"), icon: "enlarge" }, [first, broughtPart()]);
  drawWhileOpen("enlarge", () => { refreshCompare(); if (enlarge.asked !== wantedNow()) enlargeFile(); });
}

/** Two pictures over each other and a slider that says how much of which is seen. */
function comparePart(name) {
  const node = make("div", { class: "compare", "data-part": name, hidden: true });
  const slider = make("input", { type: "range", min: 0, max: 100, value: 50, step: 1 });
  say(slider, () => t("enlarge_slider"), "aria-label");
  slider.addEventListener("input", () => node.style.setProperty("--at", `${slider.value}%`));
  node.append(make("img", { class: "before", alt: "", draggable: "false" }), make("img", { class: "after", alt: "", draggable: "false" }),
    make("i", {}), saying("span", "enlarge_before", { class: "left" }), saying("span", "enlarge_after", { class: "right" }), slider);
  return node;
}

function showCompare(node, { before, after }) {
  node.querySelector(".before").src = before;
  node.querySelector(".after").src = after;
  node.hidden = false;
}

async function refreshCompare() {
  const ofNow = () => JSON.stringify({ ...avatar, super_resolution: null }), stands = ofNow();
  if (stands === enlarge.stands) return;
  const answer = await server.compare({ avatar });
  if (!answer?.after || stands !== ofNow()) return;  // the next picture at rest calls again
  enlarge.stands = stands;
  showCompare(part("compare"), answer);
}

function broughtPart() {
  const choose = fileButton("enlarge_choose", (file) => { enlarge.file = file; enlargeFile(); }, { "data-part": "enlarge-file" });
  const scales = make("div", { class: "segments" }, ...segments("enlarge-scale", data.limits.scales, 2, (scale) => t("enlarge_times", { scale })));
  const styled = tickBox("enlarge_styled", { "data-part": "enlarge-styled" });
  const plain = scales.querySelector("[value='1']").parentNode, twice = scales.querySelector("[value='2']");
  const showScales = () => {  // without a style, as large as it was is as it was
    styled.hidden = avatar.style === "none";
    plain.hidden = styled.hidden || !styled.control.checked;
    if (plain.hidden && plain.control.checked) twice.checked = true;
  };
  shown.push(showScales);
  styled.addEventListener("change", showScales);
  for (const one of [scales, styled]) one.addEventListener("change", enlargeFile);
  const runs = make("p", { class: "hint", role: "status", "data-part": "enlarge-runs" });
  const save = button("save_now", () => download(enlarge.made), { "data-part": "enlarge-save", hidden: true });
  return section("enlarge_own", hint("enlarge_own_hint"), make("div", { class: "row" }, choose, scales, styled), runs, comparePart("brought"), save);
}

const inStyle = () => part("enlarge-styled").checked && avatar.style !== "none";

/** How the brought picture is wanted: its scale, and by which style it is painted. */
function wantedNow() {
  const { style, strength, second_style, blend } = avatar;
  return JSON.stringify([chosenOf("enlarge-scale"), inStyle() && [style, strength, second_style, blend]]);
}

async function enlargeFile() {
  if (!enlarge.file) return;
  enlarge.asked = wantedNow();
  const turn = enlarge.turn += 1, save = part("enlarge-save");
  save.disabled = true;  // until it is what was chosen
  part("enlarge-runs").textContent = t("enlarge_runs");
  const answer = await server.enlarge({ picture: await bareBase64(enlarge.file), scale: Number(chosenOf("enlarge-scale")),
                                        avatar: inStyle() ? avatar : { ...avatar, style: "none" } });
  if (turn !== enlarge.turn) return;  // something else was chosen meanwhile
  save.disabled = false;
  part("enlarge-runs").textContent = "";
  if (!answer?.after) return tell(why(answer), "error");
  enlarge.made = { name: answer.name, file: answer.after };
  showCompare(part("brought"), answer);
  save.hidden = false;
}
