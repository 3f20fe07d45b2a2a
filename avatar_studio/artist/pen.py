"""Pen: a skia canvas in a 256-unit space with x = 0 in the middle, and the colour rules of an illustrator.

The pen alone knows the art direction: the parts say what a thing is (a form, an outline, a crease, a clump, a glow, a
feature's line), and the pen decides how that is painted.

- soft: gradients, tinted outlines, thin creases, glows.
- flat: one even colour and one hard-edged shade a form, bold even outlines, clean colours, patches instead of glows.
- painterly: forms turned by light from the upper left, a rim of light, broad strokes, hardly any outline.
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import contextmanager

import numpy as np
import skia

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)
MAP = 64  # edge of the part map in pixels


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """a at t = 0, b at t = 1."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def shade(colour: Colour, amount: float) -> Colour:
    """Darker, and turned to a warm plum as shadows in illustrations are, never towards grey."""
    r, g, b = colour
    return mix(colour, (r * 0.52 + 0.03, g * 0.38, b * 0.50 + 0.05), amount)


def light(colour: Colour, amount: float) -> Colour:
    """Lighter, and a little warmer."""
    return mix(colour, (1.0, 0.98, 0.93), amount)


def ink(colour: Colour) -> Colour:
    """The outline of a fill: a deep tint of it, never black."""
    r, g, b = colour
    return (r * 0.42 + 0.06, g * 0.32 + 0.02, b * 0.40 + 0.06)


def vivid(colour: Colour, amount: float) -> Colour:
    """More saturated; greys stay grey."""
    grey = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
    return tuple(min(1.0, max(0.0, grey + (v - grey) * (1 + amount))) for v in colour)


def strand(colour: Colour, amount: float = 0.75) -> Colour:
    """A line within hair: darker than it, or lighter where darker could not be seen."""
    r, g, b = colour
    return light(colour, 0.26) if 0.3 * r + 0.59 * g + 0.11 * b < 0.16 else shade(colour, amount)


def path(start: Sequence[float], *segments: Sequence[float], close: bool = True) -> skia.Path:
    """A path from `start` through segments of 2 (line), 4 (quadratic) or 6 (cubic) numbers."""
    shape = skia.Path()
    shape.moveTo(*start)
    for segment in segments:
        (shape.lineTo, shape.quadTo, shape.cubicTo)[len(segment) // 2 - 1](*segment)
    if close:
        shape.close()
    return shape


def mirrored(points: Iterable[Sequence[float]]) -> list[tuple[float, ...]]:
    """Segments with every x negated."""
    return [tuple(-v if i % 2 == 0 else v for i, v in enumerate(p)) for p in points]


def smooth(points: Sequence[tuple[float, float]], close: bool = True) -> skia.Path:
    """A rounded curve through all points (Catmull-Rom, tension 1/6)."""
    shape = skia.Path()
    count = len(points)
    at = (lambda i: points[i % count]) if close else (lambda i: points[min(max(i, 0), count - 1)])
    shape.moveTo(*points[0])
    for i in range(count if close else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = at(i - 1), at(i), at(i + 1), at(i + 2)
        shape.cubicTo(bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy)
    if close:
        shape.close()
    return shape


def oval(cx: float, cy: float, rx: float, ry: float) -> skia.Path:
    shape = skia.Path()
    shape.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    return shape


def leaf(x0: float, y0: float, cx: float, cy: float, x1: float, y1: float, width: float) -> skia.Path:
    """A clump or a brush stroke: from (x0, y0) bent by (cx, cy) to (x1, y1), pointed at both ends, `width` in the middle."""
    dx, dy = x1 - x0, y1 - y0
    k = abs(width) / (math.hypot(dx, dy) + 1e-6)
    return path((x0, y0), (cx - dy * k, cy + dx * k, x1, y1), (cx + dy * k, cy - dx * k, x0, y0))


def dab(x0: float, y0: float, cx: float, cy: float, x1: float, y1: float, width: float) -> skia.Path:
    """A stroke of a broad brush: round where it is set down, split and dry where it leaves."""
    dx, dy = x1 - x0, y1 - y0
    k = 0.5 * width / (math.hypot(dx, dy) + 1e-6)
    nx, ny = -dy * k, dx * k
    return path((x0 + nx, y0 + ny), (cx + nx * 1.15, cy + ny * 1.15, x1 + nx * 0.55, y1 + ny * 0.55), (x1 - 0.20 * dx, y1 - 0.20 * dy), (x1 - 0.10 * dx - nx * 0.7, y1 - 0.10 * dy - ny * 0.7),
                (cx - nx * 1.15, cy - ny * 1.15, x0 - nx, y0 - ny), (x0 - 0.22 * dx / (1 + abs(dx) / 30), y0 - 0.22 * dy / (1 + abs(dy) / 30), x0 + nx, y0 + ny))


def warm(colour: Colour, amount: float) -> Colour:
    """A painter's light: lighter, richer and more golden, never chalky."""
    lift = min(0.45, 0.14 + 1.0 * (0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]))  # black gleams, it does not turn grey
    return mix(colour, mix(vivid(light(colour, lift), 0.55), (1.0, 0.84, 0.58), 0.5 * lift), amount)


def cool(colour: Colour, amount: float) -> Colour:
    """A painter's shade: deeper and turned to violet."""
    return mix(colour, mix(vivid(shade(colour, 0.9), 0.25), (0.24, 0.17, 0.46), 0.26), amount)


def _argb(colour: Colour, alpha: float = 1.0) -> int:
    r, g, b = colour
    alpha = 1.0 if alpha > 1 else 0.0 if alpha < 0 else alpha
    return int(alpha * 255 + 0.5) << 24 | int(r * 255 + 0.5) << 16 | int(g * 255 + 0.5) << 8 | int(b * 255 + 0.5)


_SOLID = skia.Paint(AntiAlias=True, Color=0xFF000000)


def _stroke(argb: int, width: float) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color=argb, Style=skia.Paint.kStroke_Style, StrokeWidth=width,
                      StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join)


# Broad strokes of a painted form, those of light and those of shade: start, bend and end within its box.
_STROKES = (
    ((0.16, 0.50, 0.10, 0.22, 0.42, 0.10), (0.28, 0.52, 0.24, 0.30, 0.56, 0.20)),
    ((0.72, 0.30, 0.92, 0.46, 0.84, 0.78), (0.60, 0.52, 0.76, 0.72, 0.56, 0.94), (0.30, 0.72, 0.40, 0.88, 0.66, 0.86)),
)
BOLD = 1.6  # how much bolder the outlines of the flat style are
INK = (0.15, 0.07, 0.16)  # what they turn to


class Pen:
    """Draws paths; with `maps` it also notes, at MAP pixels, where each part of the picture lies."""

    def __init__(self, size: int, maps: bool = False, art: str = "soft"):
        self.flat, self.painterly = art == "flat", art == "painterly"
        self.surface = skia.Surface.MakeRaster(skia.ImageInfo.Make(
            size, size, skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType))  # half floats: gradients in a third of the time of 8 bits
        self.canvas = self.surface.getCanvas()
        self.canvas.scale(size / 256, size / 256)
        self.canvas.translate(128, 0)
        self.maps: dict[str, skia.Surface] | None = {} if maps else None
        self.map_canvas: skia.Canvas | None = None

    # -- where ---------------------------------------------------------------------------------------------------
    @contextmanager
    def part(self, name: str):
        """All that is drawn inside belongs to this part of the picture."""
        if self.maps is None:
            yield
            return
        if name not in self.maps:
            surface = skia.Surface.MakeRaster(skia.ImageInfo.MakeA8(MAP, MAP))
            surface.getCanvas().scale(MAP / 256, MAP / 256)
            surface.getCanvas().translate(128, 0)
            self.maps[name] = surface
        before, self.map_canvas = self.map_canvas, self.maps[name].getCanvas()
        yield
        self.map_canvas = before

    @contextmanager
    def at(self, x: float = 0, y: float = 0, angle: float = 0, scale: float | tuple[float, float] = 1):
        """A moved, turned (degrees) and scaled space."""
        sx, sy = scale if isinstance(scale, tuple) else (scale, scale)
        canvases = [c for c in (self.canvas, self.map_canvas) if c is not None]
        for canvas in canvases:
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(angle)
            canvas.scale(sx, sy)
        yield
        for canvas in canvases:
            canvas.restore()

    @contextmanager
    def inside(self, shape: skia.Path):
        """Only what falls inside the shape is drawn."""
        self.canvas.save()
        self.canvas.clipPath(shape, True)
        yield
        self.canvas.restore()

    # -- what ----------------------------------------------------------------------------------------------------
    def _draw(self, shape: skia.Path, paint: skia.Paint, mark: bool, stroke: float = 0):
        self.canvas.drawPath(shape, paint)
        if mark and self.map_canvas is not None:
            # a thin line would hardly show at MAP pixels
            self.map_canvas.drawPath(shape, _stroke(0xFF000000, max(stroke, 7.0)) if stroke else _SOLID)

    def _tone(self, colour: Colour) -> Colour:
        return vivid(colour, 0.16) if self.flat else colour

    def fill(self, shape: skia.Path, colour: Colour, alpha: float = 1.0, outline: Colour | None = None, width: float = 2.2, mark: bool = True):
        """Fill a shape evenly, then draw its outline if a colour for it is given."""
        self._draw(shape, skia.Paint(AntiAlias=True, Color=_argb(self._tone(colour), alpha)), mark)
        if outline is not None:
            self.outline(shape, outline, width)

    def blend(self, shape: skia.Path, y0: float, y1: float, colours: Sequence[Colour], stops: Sequence[float] | None = None,
              outline: Colour | None = None, width: float = 2.2, x: tuple[float, float] = (0, 0), alphas: Sequence[float] | None = None, mark: bool = True,
              form: bool = True, strokes: bool = True):
        """Fill a form, lit from above: colours from y0 down to y1 (from x[0] to x[1]).

        form: in the flat style it has a shade at its lower right, in the painterly one it is turned by the light, and
        if large it has the broad strokes and the rim of light too, unless strokes is False.
        """
        middle = colours[len(colours) // 2] if len(colours) % 2 else mix(colours[len(colours) // 2 - 1], colours[len(colours) // 2], 0.5)
        if self.flat:
            self.fill(shape, middle, max(alphas) if alphas else 1.0, mark=mark)
            if form:
                self._shade(shape, shade(middle, 0.36))
        else:
            colours = [self._tone(c) for c in colours]
            if self.painterly and form and not alphas:
                paint = self._turned(shape, colours, stops)
            else:
                alphas = alphas or [1.0] * len(colours)
                paint = skia.Paint(AntiAlias=True, Shader=skia.GradientShader.MakeLinear(
                    [skia.Point(x[0], y0), skia.Point(x[1], y1)], [_argb(c, a) for c, a in zip(colours, alphas)], list(stops) if stops else None))
            self._draw(shape, paint, mark)
            if self.painterly and form and strokes:
                self._paint_over(shape, middle)
        if outline is not None:
            self.outline(shape, outline, width)

    def _shade(self, shape: skia.Path, colour: Colour):
        """A hard-edged shade along the lower right of a form: what the form, moved to the upper left, leaves bare."""
        box = shape.getBounds()
        move = min(9.0, 0.9 + 0.07 * min(box.width(), box.height()))
        with self.inside(shape):
            self.fill(self._bare(shape, -move, -move * 0.7), colour, mark=False)

    def _paint_over(self, shape: skia.Path, colour: Colour):
        """What makes a large form painted: broad strokes of light and shade along it, and a warm rim of light."""
        box = shape.getBounds()
        if min(box.width(), box.height()) < 40:
            return
        at = lambda u, v: (box.left() + u * box.width(), box.top() + v * box.height())  # noqa: E731
        width = 0.11 * min(box.width(), box.height()) + 2
        with self.inside(shape):
            for tone, strokes in zip((warm(colour, 0.75), cool(colour, 0.75)), _STROKES):
                dabs = skia.Path()
                for u0, v0, uc, vc, u1, v1 in strokes:
                    dabs.addPath(dab(*at(u0, v0), *at(uc, vc), *at(u1, v1), width))
                self.fill(dabs, tone, 0.26, mark=False)
            self.fill(self._bare(shape, -2.2, 1.8), warm(colour, 1.0), 0.8, mark=False)

    def _bare(self, shape: skia.Path, dx: float, dy: float) -> skia.Path:
        """What a form leaves bare of itself when it moves by (dx, dy); to be drawn inside the form."""
        rest = skia.Path(shape)
        rest.offset(dx, dy)
        rest.addRect(shape.getBounds())
        rest.setFillType(skia.PathFillType.kEvenOdd)
        return rest

    def _turned(self, shape: skia.Path, colours: Sequence[Colour], stops: Sequence[float] | None) -> skia.Paint:
        """A form that turns from warm light at its upper left to deep shade at its lower right."""
        box = shape.getBounds()
        reach = 0.80 * math.hypot(box.width(), box.height())
        ramp = [warm(colours[0], 0.42), *colours[1:-1], cool(colours[-1], 0.62)]
        shader = skia.GradientShader.MakeRadial(
            skia.Point(box.left() + 0.30 * box.width(), box.top() + 0.20 * box.height()), reach, [_argb(c) for c in ramp], list(stops) if stops else None)
        return skia.Paint(AntiAlias=True, Shader=shader)

    def glow(self, cx: float, cy: float, rx: float, ry: float, colour: Colour, alpha: float, mark: bool = True, patch: bool = False):
        """A soft spot that fades to nothing at its rim. patch: in the flat style it is an even spot, else nothing."""
        if self.flat:
            if patch:
                self.fill(oval(cx, cy, rx * 0.68, ry * 0.68), colour, alpha * 0.85, mark=mark)
            return
        shader = skia.GradientShader.MakeRadial(
            skia.Point(0, 0), 1.0, [_argb(colour, alpha), _argb(colour, alpha * 0.55), _argb(colour, 0)], [0, 0.5, 1])
        with self.at(cx, cy, scale=(rx, ry)):
            self._draw(oval(0, 0, 1, 1), skia.Paint(AntiAlias=True, Shader=shader), mark)

    def line(self, shape: skia.Path, colour: Colour, width: float = 2.2, alpha: float = 1.0, mark: bool = True):
        """Stroke a path with round ends and joins: a feature that stands for itself."""
        if self.flat:
            colour, width = self._tone(colour), width * 1.2
        self._draw(shape, _stroke(_argb(colour, alpha), width), mark, width)

    def outline(self, shape: skia.Path, colour: Colour, width: float = 2.2):
        """The line round a form: bold, tinted, or hardly there."""
        if self.flat:
            self._draw(shape, _stroke(_argb(mix(colour, INK, 0.55)), width * BOLD), False)
        elif self.painterly:
            self._draw(shape, _stroke(_argb(vivid(colour, 0.2), 0.30), width * 0.6), False)
        else:
            self._draw(shape, _stroke(_argb(colour), width), False)

    def crease(self, shape: skia.Path, colour: Colour, width: float = 1.8, alpha: float = 1.0):
        """A line within a form: a fold, a seam, a strand."""
        if self.flat:
            width, alpha = width * 1.3, min(1.0, alpha * 1.5)
        elif self.painterly:
            width, alpha = width * 1.7, alpha * 0.62
        self._draw(shape, _stroke(_argb(self._tone(colour), alpha), width), False)

    def band(self, shape: skia.Path, colour: Colour, width: float, edge: Colour, outline: float = 1.7):
        """A tube along a path: `width` of colour, an outline on both sides."""
        if self.flat:
            self._draw(shape, _stroke(_argb(mix(edge, INK, 0.55)), width + 2 * outline * 1.35), True, width)
        else:
            self._draw(shape, _stroke(_argb(mix(edge, colour, 0.35 if self.painterly else 0.0)), width + 2 * outline * (0.6 if self.painterly else 1.0)), True, width)
        self._draw(shape, _stroke(_argb(self._tone(colour)), width), False)

    def clump(self, shape: skia.Path, colour: Colour, alpha: float):
        """A leaf of hair or paint within a form: a tone in the soft style, an even one in the flat, a stroke in the painterly."""
        self.fill(shape, colour, min(1.0, alpha * 1.35) if self.painterly else alpha, mark=False)

    def clumps(self, shapes: Iterable[skia.Path], colour: Colour, alpha: float):
        """Many clumps of one tone in one go: faster, and where two of them lie over one another the tone stays even."""
        union = skia.Path()
        for shape in shapes:
            union.addPath(shape)
        self.clump(union, colour, alpha)

    def note(self, shape: skia.Path, width: float):
        """Mark a line as belonging to the current part without drawing anything."""
        if self.map_canvas is not None:
            self.map_canvas.drawPath(shape, _stroke(0xFF000000, width))

    # -- results -------------------------------------------------------------------------------------------------
    def picture(self) -> np.ndarray:
        """uint8 (size, size, 4), straight (not premultiplied) RGBA."""
        image = self.surface.makeImageSnapshot()
        out = np.empty((image.height(), image.width(), 4), np.uint8)
        info = skia.ImageInfo.Make(image.width(), image.height(), skia.kRGBA_8888_ColorType, skia.kUnpremul_AlphaType)
        image.readPixels(info, out, out.strides[0], 0, 0)
        return out

    def weights(self, power: float = 0.8, most: float = 20.0) -> np.ndarray:
        """uint8 (MAP, MAP), tenths: how much each place matters, as (picture area / area of its part) ** power.

        A plain L1 hardly pays for a mouth, which covers half a per cent of the picture; this evens the parts out.
        """
        out = np.full((MAP, MAP), 10.0, np.float32)
        for surface in (self.maps or {}).values():
            image = surface.makeImageSnapshot()
            mask = np.empty((MAP, MAP), np.uint8)
            image.readPixels(skia.ImageInfo.MakeA8(MAP, MAP), mask, MAP, 0, 0)
            area = mask.sum() / 255
            if area > 0.5:
                out = np.maximum(out, mask * (10 / 255 * min(most, (MAP * MAP / area) ** power)))
        return np.minimum(out, 255).astype(np.uint8)
