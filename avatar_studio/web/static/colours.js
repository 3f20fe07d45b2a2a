// Colours as CSS writes them, and the grounds of the sliders that choose them.
const hsl = (h, s, l) => `hsl(${h} ${100 * s}% ${100 * l}%)`;
const across = (stops) => `linear-gradient(to right, ${stops.join(", ")})`;
const steps = (count, of) => Array.from({ length: count }, (_, i) => of(i / (count - 1)));

/** The ground of one of a colour's three sliders: what moving it would give. */
function colourTrack(piece, [h, s, l]) {
  if (piece === "hue") return across(steps(13, (x) => hsl(360 * x, Math.max(s, 0.35), Math.min(Math.max(l, 0.3), 0.75))));
  if (piece === "saturation") return across([hsl(h, 0, l), hsl(h, 1, l)]);
  return across([hsl(h, s, 0), hsl(h, s, 0.25), hsl(h, s, 0.5), hsl(h, s, 0.75), hsl(h, s, 1)]);
}

// Where on the colour circle, and from black to white, a word ends.
const HUES = [[12, "colour_red"], [36, "colour_orange"], [68, "colour_yellow"], [160, "colour_green"], [195, "colour_teal"], [250, "colour_blue"],
              [290, "colour_purple"], [345, "colour_pink"], [361, "colour_red"]];
const SHADES = [[0.18, "colour_very_dark"], [0.33, "colour_dark"], [0.66, null], [0.86, "colour_light"], [1.01, "colour_very_light"]];

/** A colour in words, for who does not see it: "dark brown", "light blue". */
function colourName([h, s, l]) {
  const colourful = s * (1 - Math.abs(2 * l - 1)), [, around] = HUES.find(([end]) => h < end), [, shade] = SHADES.find(([end]) => l < end);
  if (l < 0.1) return t("colour_black");
  if (l > 0.94 && colourful < 0.06) return t("colour_white");
  let hue = around;
  if (colourful < 0.06) hue = "colour_grey";
  else if (/orange|yellow/.test(around) && l < 0.5) hue = "colour_brown";
  else if (/red/.test(around) && l > 0.6) hue = "colour_pink";
  else if (/pink/.test(around) && l < 0.35) hue = "colour_purple";
  return shade ? t(shade, { hue: t(hue) }) : t(hue);
}

/** Hue 0..360, saturation and lightness 0..1 of "#rrggbb". */
function hslOf(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const high = Math.max(r, g, b), range = high - Math.min(r, g, b), l = high - range / 2;
  const sixth = !range ? 0 : high === r ? ((g - b) / range + 6) % 6 : high === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return [60 * sixth, range ? range / (1 - Math.abs(2 * l - 1)) : 0, l];
}

const PIECES = ["hue", "saturation", "lightness"];
const colourOf = (traits, colour) => PIECES.map((piece) => traits[`${colour}_${piece}`]);

/** Skin from data.skin: 9 tones of 3 undertones, mixed between the undertones as the artist does. */
function skin(tone, undertone) {
  const at = (undertone + 1), low = Math.min(Math.floor(at), 1), share = at - low;
  const here = Math.round(tone * 8);
  return `color-mix(in srgb, ${data.skin[low + 1][here]} ${100 * share}%, ${data.skin[low][here]})`;
}

const GROUNDS = {
  skin_tone: (traits) => across(steps(9, (x) => skin(x, traits.skin_undertone))),
  skin_undertone: (traits) => across([-1, 0, 1].map((u) => skin(traits.skin_tone, u))),
  eye_shift: (traits) => across(steps(13, (x) => hsl(traits.eye_hue + 360 * x, Math.max(traits.eye_saturation, 0.35), 0.55))),
};

const skinName = (tone) => t("skin_step", { number: 1 + Math.round(8 * tone), count: 9 });

/** Where a slider stands, for who hears it: the colour that it gives, or the number that is seen, of a hundred. */
function spokenValue({ name, part, colour }, traits) {
  if (part === "hue") return colourName(colourOf(traits, colour));
  if (name === "skin_tone") return skinName(traits.skin_tone);
  if (name === "eye_shift") return colourName([(traits.eye_hue + traits.eye_shift) % 360, traits.eye_saturation, traits.eye_lightness]);
  return `${Math.round(100 * traits[name])}%`;
}
