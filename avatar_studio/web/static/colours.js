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
