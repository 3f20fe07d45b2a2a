"""What a few drawings have in common, and the base's pictures made to look so: what drawing_fit.py teaches a copy of the generator.

Three things are measured, none of which needs the drawings to be avatars: the tones (how light, how colourful, towards which
tint in the shade and in the light), the lines (how wide, which colour), and the texture of calm areas, which is laid over
the whole canvas. What is drawn stays where the base draws it.
"""
from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from PIL import Image, ImageOps
from scipy import ndimage
from torch import Tensor
from torch.nn import functional as F

from ..models.stylizer import SIZE, legal
from ..pixels import LUMA
from .style_fit import face_place

PAPER = 0.06              # colours this near to the border's own are paper, where they reach the border
BLANK = 0.06              # what differs less than this all over has nothing on it
LIGHTER = 0.25            # by so much a style is lighter or darker, at most
TINT = 0.09               # the strongest one that a style has: a face stays a face
OWN = 4.0                 # as many drawings as one believes the base's own tones as much as theirs, if both are as varied
LINE, REACH = 0.16, 4     # what is darker than its surroundings by this, and thinner than twice this many pixels, is a line
WIDEST = 4                # pixels on each side that lines are made wider by, at most
PALE = 0.35               # with fewer lines than this share of the base's, a style has none
OPAQUE = 0.85             # their lines are over the base's
LESS_LINE = 0.75          # how much of its lines the base then loses, but in the face
FORMS, CALM = 17, 0.12    # what is larger than this many pixels is form, not texture; texture is looked for where forms change less
WINDOWS = (32, 16)        # edges of the windows it is measured in: the larger if there are enough
ENOUGH, MOST = 8, 4000    # of them
RARELY = 0.25             # share of the windows that may have less of a frequency than is taken over
TWICE = 2.0               # so many times the texture that the base has itself is taken off
STRONGEST = 0.07          # of the texture's spread
FACE_GRAIN = 0.4          # how much of it the face gets


@dataclass(frozen=True)
class Look:
    """Tensors in float32, so that it is kept as arrays. matrix (3, 3), shift (3,): straight colours -> straight colours.
    line (3,): the lines' colour; width (): pixels that they are wider by on each side, less than 0 for no lines.
    grain (1, 1, 256, 256): added to light."""

    matrix: Tensor
    shift: Tensor
    line: Tensor
    width: Tensor
    grain: Tensor

    def arrays(self) -> dict[str, np.ndarray]:
        return {f"look {name}": value.cpu().numpy() for name, value in asdict(self).items()}

    @staticmethod
    def of(arrays: dict[str, np.ndarray], device: torch.device) -> Look:
        """The look that arrays() gave."""
        return Look(**{name.removeprefix("look "): torch.from_numpy(value.copy()).to(device) for name, value in arrays.items() if name.startswith("look ")})


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing is on a drawing: on white paper it is one colour all over."""
    picture = picture.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return max(high - low for low, high in paper.convert("RGB").reduce(2).getextrema()) < 255 * BLANK


def opened(picture: Image.Image) -> Tensor:
    """A drawing on our canvas: straight RGBA (4, 256, 256) in [0, 1]. Plain paper around it is cut away."""
    picture = picture.convert("RGBA")
    picture.thumbnail((2 * SIZE, 2 * SIZE), Image.Resampling.LANCZOS)
    pixels = np.array(picture)
    if (pixels[..., 3] > 250).all():
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[:, :3].astype(float)
        paper = np.median(edge, 0)
        if (np.abs(edge - paper).max(-1) < 255 * PAPER).mean() > 0.6:
            alike, _ = ndimage.label(np.abs(pixels[..., :3] - paper).max(-1) < 255 * PAPER)
            outside = np.unique(np.concatenate([alike[0], alike[-1], alike[:, 0], alike[:, -1]]))
            solid = ~np.isin(alike, outside[outside > 0])
            if solid.mean() > 0.05:
                pixels[..., 3] = (ndimage.gaussian_filter(solid.astype(np.float32), 0.7) * 255).round()
    cut = Image.fromarray(pixels)
    box = cut.getchannel("A").point(lambda value: 255 * (value > 127)).getbbox()
    square = ImageOps.pad(cut.crop(box) if box else cut, (SIZE, SIZE), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    return torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 255


def find_look(plain: Tensor, seen: Tensor) -> Look:
    """The look of some drawings. plain: the base's pictures of some avatars, premultiplied (N, 4, 256, 256); seen: the drawings,
    straight (K, 4, 256, 256), see opened."""
    own = _straight(plain)
    matrix, shift = tone_map(calm_colours(own), calm_colours(seen), len(seen))
    return Look(matrix, shift, *_their_lines(_lines(own), own, _lines(seen), seen), grain(seen, plain))


@torch.no_grad()
def dress(look: Look, plain: Tensor) -> Tensor:
    """The base's pictures in a look: premultiplied (N, 4, 256, 256) -> the same, their alpha as it was."""
    straight, face = _straight(plain), face_place(plain.device)
    colour, lines = straight[:, :3], _lines(straight)
    if look.width < 0:
        colour = torch.lerp(colour, _closed(colour, REACH), LESS_LINE * _soft(lines) * (1 - face))
    colour = torch.einsum("dc,nchw->ndhw", look.matrix, colour) + look.shift.view(1, 3, 1, 1)
    colour = (colour + look.grain * (1 - (1 - FACE_GRAIN) * face) * (1 - lines)).clamp(0, 1)
    if look.width >= 0:
        wide, narrow = (_soft(_wider(lines, width)) for width in (look.width.item(), look.width.item() / 2))
        colour = torch.lerp(colour, look.line.view(1, 3, 1, 1).expand_as(colour), OPAQUE * torch.lerp(wide, narrow, face))  # eyes stay eyes
    return legal(torch.cat([colour * plain[:, 3:], plain[:, 3:]], 1))


# ---- tones
def calm_colours(straight: Tensor) -> Tensor:
    """The colours of the areas that are solid and calm: (N, 4, H, W) -> (M, 3)"""
    x = F.avg_pool2d(straight, 2)
    changes = (_grown(x[:, :3], 1) - _shrunk(x[:, :3], 1)).amax(1)
    there = (changes < 0.15) & (_shrunk(x[:, 3:], 1)[:, 0] > 0.95)
    if there.sum() < 200:  # nothing but strokes
        there = x[:, 3] > 0.95
    return x[:, :3].permute(0, 2, 3, 1)[there]


def tone_map(own: Tensor, theirs: Tensor, drawings: int) -> tuple[Tensor, Tensor]:
    """(matrix (3, 3), shift (3,)) that gives colours (M, 3) the tones of others (M', 3).

    Lightness and colourfulness are scaled, and the tint that goes with each lightness is moved; hues stay apart from one
    another as they are, so that a skin stays a skin. The fewer and the more colourful the drawings are, the less their
    tint says of their style, and the less is taken over: of one that is all grey, everything.
    """
    if len(theirs) < 50:
        return torch.eye(3).to(own), torch.zeros(3).to(own)
    a, b = _tones(own), _tones(theirs)
    strongest = max((b["tint"] + b["slope"] * (light - b["light"])).norm() for light in (0.3, 0.8))
    for part in ("tint", "slope"):
        b[part] = b[part] * (TINT / strongest.clamp(min=TINT))
    of_light, of_tint = (drawings / (drawings + OWN * (b[name] / a[name]) ** 2) for name in ("contrast", "colour"))
    contrast = ((b["contrast"] / a["contrast"]) ** of_light).clamp(0.65, 1.15)
    colour = ((b["colour"] / a["colour"]) ** (drawings / (drawings + 0.5))).clamp(0.05, 1.4)

    def moved(rgb: Tensor) -> Tensor:
        light, tint = _opponent(rgb)
        brighter = a["light"] + of_light * (b["light"] - a["light"]).clamp(-LIGHTER, LIGHTER) + contrast * (light - a["light"])
        usual, their_usual = (one["tint"] + one["slope"] * (at - one["light"]) for one, at in ((a, light), (b, brighter)))
        return _rgb(brighter, usual + of_tint * (their_usual - usual) + colour * (tint - usual))

    corners = moved(torch.cat([torch.zeros(1, 3), torch.eye(3)]).to(own))
    return (corners[1:] - corners[0]).T.contiguous(), corners[0]


def _tones(colours: Tensor) -> dict[str, Tensor]:
    """How light colours (M, 3) are and how much that varies; their usual tint and how it goes with the light; how far they are from it."""
    light, tint = _opponent(colours)
    mean, usual = light.mean(0), tint.mean(0)
    slope = ((light - mean) * (tint - usual)).mean(0) / ((light - mean).square().mean() + 1e-3)
    rest = tint - usual - slope * (light - mean)
    return {"light": mean, "contrast": (light - mean).square().mean().sqrt() + 0.02, "tint": usual, "slope": slope,
            "colour": rest.square().sum(1).mean().sqrt() + 0.003}


def _opponent(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """(M, 3) -> light (M, 1), tint (M, 2): red and blue less light."""
    light = rgb @ rgb.new_tensor(LUMA)[:, None]
    return light, rgb[:, ::2] - light


def _rgb(light: Tensor, tint: Tensor) -> Tensor:
    red, blue = (light + tint).unbind(1)
    green = (light[:, 0] - LUMA[0] * red - LUMA[2] * blue) / LUMA[1]
    return torch.stack([red, green, blue], 1)


# ---- lines
def _their_lines(lines: Tensor, own: Tensor, theirs: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
    """(line, width) of a Look. lines, theirs: of the straight pictures own and seen, see _lines."""
    shares = [(mask.sum() / (solid > 0.5).sum().clamp(min=1)).item() for mask, solid in ((lines, own[:, 3]), (theirs, seen[:, 3]))]
    inside = seen[:, :3].permute(0, 2, 3, 1)[(theirs[:, 0] > 0.6) & (seen[:, 3] > 0.8)]
    if shares[1] < PALE * shares[0] or len(inside) < 50:
        return own.new_zeros(3), own.new_tensor(-1.0)
    wanted = _width(theirs)
    wider = min(np.arange(0, WIDEST + 0.1, 0.5), key=lambda by: abs(_width(_wider(lines, by)) - wanted))
    light = inside @ inside.new_tensor(LUMA)
    return inside[light <= light.quantile(0.4)].median(0).values, own.new_tensor(float(wider))


def _lines(straight: Tensor) -> Tensor:
    """How much of a dark line each pixel is: straight (N, 4, H, W) -> (N, 1, H, W) in [0, 1]. Beyond the silhouette is white."""
    on_white = straight[:, :3] * straight[:, 3:] + 1 - straight[:, 3:]
    light = _light(on_white)
    return ((_closed(light, REACH) - light - LINE / 2) / LINE).clamp(0, 1) * (straight[:, 3:] > 0.3)


def _width(lines: Tensor) -> float:
    """The mean width of lines in pixels: twice their area by their border."""
    mask = (lines > 0.5).float()
    border = (mask.diff(dim=2).abs().sum() + mask.diff(dim=3).abs().sum()) * torch.pi / 4
    return (2 * mask.sum() / border.clamp(min=1)).item()


def _wider(lines: Tensor, by: float) -> Tensor:
    """Lines that are wider by so many pixels on each side, also parts of a pixel."""
    whole = int(by)
    wide = _grown(lines, whole)
    return wide if by == whole else torch.lerp(wide, _grown(lines, whole + 1), by - whole)


def _light(colours: Tensor) -> Tensor:
    """(N, 3, H, W) -> (N, 1, H, W)"""
    return (colours * colours.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def _soft(mask: Tensor) -> Tensor:
    return F.avg_pool2d(mask, 3, 1, 1)


def _grown(x: Tensor, by: int) -> Tensor:
    """The largest value of a square of 2 by + 1 pixels, in two passes: a quarter of the time."""
    return F.max_pool2d(F.max_pool2d(x, (1, 2 * by + 1), 1, (0, by)), (2 * by + 1, 1), 1, (by, 0))


def _shrunk(x: Tensor, by: int) -> Tensor:
    return -_grown(-x, by)


def _closed(x: Tensor, by: int) -> Tensor:
    return _shrunk(_grown(x, by), by)


# ---- texture
def grain(seen: Tensor, plain: Tensor, seed: int = 0) -> Tensor:
    """A canvas of the drawings' own texture, paper, strokes or dots: what to add to light, (1, 1, 256, 256).

    A random phase texture (Galerne et al. 2011, sections II and IV): white noise convolved with the kernel whose spectrum is
    theirs. Of each frequency counts what nearly all calm windows have, so that what is drawn in some does not, less what the
    base's own pictures have of it.
    """
    for edge in WINDOWS:
        theirs, own = _spectrum(seen, edge), _spectrum(_straight(plain), edge)
        if theirs is not None and own is not None:
            break
    else:
        return torch.zeros(1, 1, SIZE, SIZE).to(plain)
    kernel = torch.fft.fftshift(torch.fft.ifft2((theirs - TWICE * own).clamp(min=0).sqrt()).real)           # (edge, edge)
    noise = torch.randn(1, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(seed)).to(plain)
    canvas = F.conv2d(F.pad(noise, (edge // 2, edge // 2 - 1) * 2, mode="circular"), kernel[None, None])
    return canvas * (STRONGEST / canvas.std().clamp(min=STRONGEST))


def _spectrum(straight: Tensor, edge: int) -> Tensor | None:
    """How strong each frequency is in windows of so many pixels that have no forms: (N, 4, H, W) -> (edge, edge); None if there are too few."""
    light = _light(straight[:, :3])
    large = _box(straight[:, :3], FORMS)
    changes = (_grown(large, FORMS // 3) - _shrunk(large, FORMS // 3)).amax(1, keepdim=True)
    calm = ((changes < CALM) & (_shrunk(straight[:, 3:], FORMS // 2) > 0.9)).float()
    where = (F.avg_pool2d(calm, edge, edge // 4).flatten() > 0.9).nonzero()[:, 0]
    if len(where) < ENOUGH:
        return None
    where = where[::1 + len(where) // MOST]
    rest = (light - _box(light, FORMS)).clamp(-0.2, 0.2)
    windows = F.unfold(rest, edge, stride=edge // 4).transpose(1, 2).flatten(0, 1)[where].view(-1, edge, edge)
    ramp = torch.sin(torch.pi * (torch.arange(edge) + 0.5) / edge).to(rest)
    power = torch.fft.fft2(windows * ramp[:, None] * ramp).abs().square() / ramp.square().sum().square()
    return power.quantile(RARELY, dim=0) / -np.log(1 - RARELY)  # as a mean would be, for power is distributed exponentially


def _box(x: Tensor, size: int) -> Tensor:
    half = size // 2
    return F.avg_pool2d(F.avg_pool2d(x, (1, size), 1, (0, half), count_include_pad=False), (size, 1), 1, (half, 0), count_include_pad=False)


def _straight(premultiplied: Tensor) -> Tensor:
    return torch.cat([premultiplied[:, :3] / premultiplied[:, 3:].clamp(min=0.05), premultiplied[:, 3:]], 1).clamp(0, 1)
