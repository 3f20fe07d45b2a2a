// A taste: what a person picks, learned from pairs of "this one" and "the others that were there". All of it stays in the browser.
// The functions are plain arithmetic on numbers, so that benchmarks/taste.py runs the very same ones.
const TASTE_RIDGE = 1;    // how strongly weights are held near 0: one pick must not become a law
const TASTE_GAIN = 4;     // how much a score weighs against chance
const TASTE_ROUNDS = 80;

/** What each number of tasteOf means: {trait, choice}, or {trait, part} where part is value, cos or sin. */
function tasteMeanings(vocabulary) {
  return vocabulary.flatMap((trait) => trait.kind === "choice" ? trait.choices.map((choice) => ({ trait, choice }))
    : trait.kind === "angle" ? [{ trait, part: "cos" }, { trait, part: "sin" }] : [{ trait, part: "value" }]);
}

/** A full set of traits as numbers from -1 to 1: choices one by one, sliders as they are, hues as points on the colour circle. */
function tasteOf(vocabulary, traits) {
  return tasteMeanings(vocabulary).map(({ trait, choice, part }) => {
    const value = traits[trait.name];
    if (choice) return Number(value === choice.name);
    if (part === "value") return (2 * (value - trait.low)) / (trait.high - trait.low) - 1;
    const strength = trait.colour ? traits[`${trait.colour}_saturation`] : 1;  // the hue of grey says nothing
    return strength * Math[part]((value * Math.PI) / 180);
  });
}

/** How one differs from the mean of others; rounded, since it is stored. */
function tasteDifference(one, others) {
  return one.map((value, i) => Math.round(100 * (value - others.reduce((sum, other) => sum + other[i], 0) / others.length)) / 100);
}

const tasteScore = (weights, numbers) => weights.reduce((sum, weight, i) => sum + weight * numbers[i], 0);

/** Logistic regression with a ridge on differences (a Bradley-Terry choice model): the weights that make the picks likely. */
function learnTaste(differences) {
  if (!differences.length) return [];
  const weights = differences[0].map(() => 0);
  const steepest = differences.reduce((sum, one) => sum + tasteScore(one, one), 0) / 4 + TASTE_RIDGE;
  for (let round = 0; round < TASTE_ROUNDS; round += 1) {
    const slope = weights.map((weight) => -TASTE_RIDGE * weight);
    for (const one of differences) {
      const surprise = 1 / (1 + Math.exp(tasteScore(weights, one)));
      one.forEach((value, i) => { slope[i] += surprise * value; });
    }
    slope.forEach((value, i) => { weights[i] += value / steepest * 2; });
  }
  return weights;
}

/** The place of one of many, more often of a higher score (a softmax, by Gumbel's trick). */
function chooseByTaste(weights, many, random = Math.random) {
  let best = 0, highest = -Infinity;
  many.forEach((numbers, i) => {
    const score = TASTE_GAIN * tasteScore(weights, numbers) - Math.log(-Math.log(random() || 1e-12));
    if (score > highest) [best, highest] = [i, score];
  });
  return best;
}
