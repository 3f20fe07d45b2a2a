"""Pen: a skia canvas in a 256-unit space with x = 0 in the middle.

The pen alone knows the art direction: the parts say what a thing is (a form, an outline, a crease, a clump, a glow, a
feature's line), and the pen decides how that is painted.

- soft: gradients, tinted outlines, thin creases, glows.
- flat: one even colour and one hard-edged shade a form, bold even outlines, clean colours, patches instead of glows.
- painterly: forms turned by light from the upper left, a rim of light, broad strokes, hardly any outline.

What makes it quick: large forms are painted on a sheet of their own, with gradients from numpy, and cut out once, along
whole pixels where a bold enough outline hides the cut. Smooth edges are what costs in skia, about half a microsecond a row.
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import contextmanager, nullcontext

import numpy as np
import skia

from . import gradient
from .colours import Colour, cool, lit, middle, mix, shade, vivid, warm
from .paper import Desk, image
from .shapes import dab, oval, union

MAP = 64  # edge of the part map in pixels


def _argb(colour: Colour, alpha: float = 1.0) -> int:
    r, g, b = colour
    alpha = 1.0 if alpha > 1 else 0.0 if alpha < 0 else alpha
    return int(alpha * 255 + 0.5) << 24 | int(r * 255 + 0.5) << 16 | int(g * 255 + 0.5) << 8 | int(b * 255 + 0.5)


def _stroke(width: float) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=width,
                      StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join)


def _vertical(y0: float, y1: float, colours: Sequence[Colour], stops: Sequence[float] | None = None, alphas: Sequence[float] | None = None) -> skia.Paint:
    argb = [_argb(c, a) for c, a in zip(colours, alphas or (1.0,) * len(colours))]
    return skia.Paint(AntiAlias=True, Shader=skia.GradientShader.MakeLinear([skia.Point(0, y0), skia.Point(0, y1)], argb, list(stops) if stops else None))


_DESK = Desk()
_SOLID = skia.Paint(AntiAlias=True, Color=0xFF000000)
_ERASE = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kClear)
_NOWHERE = nullcontext()
_STILL = skia.Matrix()
LARGE = 1600  # pixels of a box from which a gradient of numpy is quicker than one of skia

# Broad strokes of a painted form, those of light and those of shade: start, bend and end within its box.
_STROKES = (
    ((0.16, 0.50, 0.10, 0.22, 0.42, 0.10), (0.28, 0.52, 0.24, 0.30, 0.56, 0.20)),
    ((0.72, 0.30, 0.92, 0.46, 0.84, 0.78), (0.60, 0.52, 0.76, 0.72, 0.56, 0.94), (0.30, 0.72, 0.40, 0.88, 0.66, 0.86)),
)
BOLD = 1.6  # how much bolder the outlines of the flat style are
INK = (0.15, 0.07, 0.16)  # what they turn to


class Pen:
    """Draws paths; with `maps` it also notes, at MAP pixels, where each part of the picture lies. One at a time in a thread."""

    def __init__(self, size: int, maps: bool = False, art: str = "soft"):
        self.flat, self.painterly = art == "flat", art == "painterly"
        self.size = size
        # the picture, and the sheet where forms are painted before they are cut out
        self.pixels, self.surface, self.sheet, self.sheet_surface = _DESK(size)
        self.pixels.fill(0)
        self.canvas = self.surface.getCanvas()
        self.canvas.scale(size / 256, size / 256)
        self.canvas.translate(128, 0)
        self.brush, self.nib = skia.Paint(AntiAlias=True), _stroke(1.0)
        self.maps: dict[str, skia.Surface] | None = {} if maps else None
        self.map_canvas: skia.Canvas | None = None

    # -- where ---------------------------------------------------------------------------------------------------
    def part(self, name: str):
        """All that is drawn inside belongs to this part of the picture."""
        return _NOWHERE if self.maps is None else self._noted(name)

    @contextmanager
    def _noted(self, name: str):
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
        canvases = (self.canvas,) if self.map_canvas is None else (self.canvas, self.map_canvas)
        for canvas in canvases:
            canvas.save()
            canvas.translate(x, y)
            if angle:
                canvas.rotate(angle)
            if sx != 1 or sy != 1:
                canvas.scale(sx, sy)
        yield
        for canvas in canvases:
            canvas.restore()

    @contextmanager
    def inside(self, shape: skia.Path, box: tuple[float, float, float, float] | None = None):
        """Only what falls inside the shape is drawn. box: left, top, right, bottom of what is drawn, if that is little: clips less."""
        self.canvas.save()
        if box is not None:
            self.canvas.clipRect(skia.Rect.MakeLTRB(*box))
        self.canvas.clipPath(shape, True)
        yield
        self.canvas.restore()

    def _box(self, matrix: skia.Matrix, shape: skia.Path) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the pixels that a shape touches."""
        box = matrix.mapRect(shape.getBounds())
        at = lambda value: min(self.size, max(0, value))  # noqa: E731
        return at(math.floor(box.left())), at(math.floor(box.top())), at(math.ceil(box.right())), at(math.ceil(box.bottom()))

    def _hides(self, outline: Colour | None, width: float) -> bool:
        """Whether an outline covers the pixels along an edge, so that the edge need not be smooth."""
        return outline is not None and not self.painterly and width * (BOLD if self.flat else 1) * self.size >= 1.5 * 256

    # -- forms ---------------------------------------------------------------------------------------------------
    @contextmanager
    def form(self, shape: skia.Path, y0: float, y1: float, colours: Sequence[Colour], stops: Sequence[float] | None = None,
             outline: Colour | None = None, width: float = 2.2, strokes: bool = True):
        """Paint a form as blend() does; what is drawn meanwhile stays inside it, and its outline comes last.

        Not to be used inside another form or inside().
        """
        canvas, sheet = self.canvas, self.sheet_surface.getCanvas()
        matrix = canvas.getTotalMatrix()
        box = self._box(matrix, shape)
        if self.map_canvas is not None:
            self.map_canvas.drawPath(shape, _SOLID)
        sheet.save()
        sheet.clipRect(skia.Rect.MakeLTRB(*box))
        sheet.setMatrix(matrix)
        self.canvas = sheet
        self._ground(shape, matrix, box, y0, y1, colours, stops, strokes)
        yield
        self.canvas = canvas
        if self._hides(outline, width):
            sheet.restore()
            self._cut_hard(shape, box)
        else:
            rest = skia.Path(shape)
            rest.toggleInverseFillType()
            sheet.drawPath(rest, _ERASE)
            sheet.restore()
            gradient.lay(self.pixels, self.sheet, box)
        if outline is not None:
            self.outline(shape, outline, width)

    def _ground(self, shape: skia.Path, matrix: skia.Matrix, box: tuple[int, int, int, int], y0: float, y1: float,
                colours: Sequence[Colour], stops: Sequence[float] | None, strokes: bool):
        """Fill the sheet with what a form is made of."""
        left, top, right, bottom = box
        main = middle(colours)
        if self.flat:  # all shade but what the form, moved to the upper left, covers: a hard edge along its lower right
            bounds = shape.getBounds()
            move = min(9.0, 0.9 + 0.07 * min(bounds.width(), bounds.height()))
            self.canvas.clear(_argb(self._tone(shade(main, 0.36))))
            moved = skia.Path(shape)
            moved.offset(-move, -move * 0.7)
            self.fill(moved, main, mark=False)
        elif not matrix.isScaleTranslate():
            self.canvas.drawPaint(self._turned(shape, colours, stops) if self.painterly else _vertical(y0, y1, colours, stops))
        elif self.painterly:
            (x, y), reach = self._lamp(shape)
            centre = matrix.mapXY(x, y)
            gradient.rings(self.sheet[top:bottom, left:right], gradient.ramp(lit(colours), stops),
                           centre.x() - left, centre.y() - top, reach * abs(matrix.getScaleX()), reach * abs(matrix.getScaleY()))
        else:
            first, last = (matrix.mapXY(0, y).y() - top for y in (y0, y1))
            gradient.rows(self.sheet[top:bottom, left:right], gradient.ramp(colours, stops), first, last)
        if self.painterly and strokes:
            self._paint_over(shape, main)

    def tint(self, y0: float, y1: float, colour: Colour, most: float = 1.0):
        """Within a form: let what is painted so far fade into a colour from y0 down to y1, of which there it is `most`."""
        matrix = self.canvas.getTotalMatrix()
        clip = self.canvas.getDeviceClipBounds()
        first, last = matrix.mapXY(0, y0).y(), matrix.mapXY(0, y1).y()
        top = min(max(clip.top(), math.floor(first)), clip.bottom())
        gradient.fade(self.sheet[top:clip.bottom(), clip.left():clip.right()], colour, first - top, last - top, most)

    def _cut_hard(self, shape: skia.Path, box: tuple[int, int, int, int]):
        """Lay the whole pixels of the sheet inside the shape on the picture."""
        _, top, _, bottom = box
        if top < bottom:
            self.canvas.save()
            self.canvas.clipPath(shape, False)
            self.canvas.setMatrix(_STILL)
            self.canvas.drawImage(image(self.sheet[top:bottom], True), 0, top)
            self.canvas.restore()

    def _paint_over(self, shape: skia.Path, colour: Colour):
        """What makes a large form painted: broad strokes of light and shade along it, and a warm rim of light."""
        box = shape.getBounds()
        if min(box.width(), box.height()) < 40:
            return
        at = lambda u, v: (box.left() + u * box.width(), box.top() + v * box.height())  # noqa: E731
        width = 0.11 * min(box.width(), box.height()) + 2
        for tone, strokes in zip((warm(colour, 0.75), cool(colour, 0.75)), _STROKES):
            self._veil(union(dab(*at(u0, v0), *at(uc, vc), *at(u1, v1), width) for u0, v0, uc, vc, u1, v1 in strokes), tone, 0.26)
        bare = skia.Path(shape)  # what a form leaves bare of itself when it moves to the lower left
        bare.offset(-2.2, 1.8)
        bare.toggleInverseFillType()
        self.fill(bare, warm(colour, 1.0), 0.8, mark=False)

    def _lamp(self, shape: skia.Path) -> tuple[tuple[float, float], float]:
        """The place of a painted form that the light meets, and how far from it the shade is deepest."""
        box = shape.getBounds()
        return (box.left() + 0.30 * box.width(), box.top() + 0.20 * box.height()), 0.80 * math.hypot(box.width(), box.height())

    def _turned(self, shape: skia.Path, colours: Sequence[Colour], stops: Sequence[float] | None) -> skia.Paint:
        """A form that turns from warm light at its upper left to deep shade at its lower right."""
        centre, reach = self._lamp(shape)
        return skia.Paint(AntiAlias=True, Shader=skia.GradientShader.MakeRadial(skia.Point(*centre), reach, [_argb(c) for c in lit(colours)], list(stops) if stops else None))

    # -- what ----------------------------------------------------------------------------------------------------
    def _draw(self, shape: skia.Path, paint: skia.Paint, mark: bool):
        self.canvas.drawPath(shape, paint)
        if mark and self.map_canvas is not None:
            self.map_canvas.drawPath(shape, _SOLID)

    def _stroke(self, shape: skia.Path, argb: int, width: float, mark: float = 0):
        self.nib.setColor(argb)
        self.nib.setStrokeWidth(width)
        self.canvas.drawPath(shape, self.nib)
        if mark:
            self.note(shape, max(mark, 7.0))  # a thin line would hardly show at MAP pixels

    def _tone(self, colour: Colour) -> Colour:
        return vivid(colour, 0.16) if self.flat else colour

    def fill(self, shape: skia.Path, colour: Colour, alpha: float = 1.0, outline: Colour | None = None, width: float = 2.2, mark: bool = True):
        """Fill a shape evenly, then draw its outline if a colour for it is given."""
        self.brush.setColor(_argb(self._tone(colour), alpha))
        if outline is None:
            self._draw(shape, self.brush, mark)
        else:
            self.brush.setAntiAlias(not self._hides(outline, width))
            self._draw(shape, self.brush, mark)
            self.brush.setAntiAlias(True)
            self.outline(shape, outline, width)

    def blend(self, shape: skia.Path, y0: float, y1: float, colours: Sequence[Colour], stops: Sequence[float] | None = None,
              outline: Colour | None = None, width: float = 2.2, alphas: Sequence[float] | None = None, mark: bool = True, form: bool = True):
        """Fill a form, lit from above: colours from y0 down to y1.

        form: in the flat style it has a shade at its lower right, in the painterly one it is turned by the light, and
        if large it has the broad strokes and the rim of light too.
        """
        if form and not alphas and (self.flat or self._is_large(shape)):
            with self.form(shape, y0, y1, colours, stops, outline, width):
                return
        if self.flat:
            self.fill(shape, middle(colours), max(alphas) if alphas else 1.0, outline, width, mark)
            return
        paint = self._turned(shape, colours, stops) if self.painterly and form and not alphas else _vertical(y0, y1, colours, stops, alphas)
        paint.setAntiAlias(not self._hides(outline, width))
        self._draw(shape, paint, mark)
        if self.painterly and form and self._is_large(shape):
            with self.inside(shape):
                self._paint_over(shape, middle(colours))
        if outline is not None:
            self.outline(shape, outline, width)

    def _is_large(self, shape: skia.Path) -> bool:
        box = shape.getBounds()
        return box.width() * box.height() * (self.size / 256) ** 2 > LARGE

    def glow(self, cx: float, cy: float, rx: float, ry: float, colour: Colour, alpha: float, mark: bool = True, patch: bool = False):
        """A soft spot that fades to nothing at its rim. patch: in the flat style it is an even spot, else nothing."""
        spot = oval(cx, cy, rx, ry)
        matrix = self.canvas.getTotalMatrix()
        if self.flat:
            if patch:
                self.fill(oval(cx, cy, rx * 0.68, ry * 0.68), colour, alpha * 0.85, mark=mark)
        elif self._is_large(spot) and matrix.isScaleTranslate():
            left, top, right, bottom = self._box(matrix, spot)
            centre = matrix.mapXY(cx, cy)
            pixels = np.empty((bottom - top, right - left), np.uint32)
            colours = gradient.ramp((colour,) * 3, (0, 0.5, 1), (alpha, alpha * 0.55, 0))
            gradient.rings(pixels, colours, centre.x() - left, centre.y() - top, rx * abs(matrix.getScaleX()), ry * abs(matrix.getScaleY()))
            self.canvas.save()
            self.canvas.setMatrix(_STILL)
            self.canvas.drawImage(image(pixels, False), left, top)
            self.canvas.restore()
            if mark and self.map_canvas is not None:
                self.map_canvas.drawPath(spot, _SOLID)
        else:
            shader = skia.GradientShader.MakeRadial(
                skia.Point(0, 0), 1.0, [_argb(colour, alpha), _argb(colour, alpha * 0.55), _argb(colour, 0)], [0, 0.5, 1])
            with self.at(cx, cy, scale=(rx, ry)):
                self._draw(oval(0, 0, 1, 1), skia.Paint(AntiAlias=False, Shader=shader), mark)

    def line(self, shape: skia.Path, colour: Colour, width: float = 2.2, alpha: float = 1.0, mark: bool = True):
        """Stroke a path with round ends and joins: a feature that stands for itself."""
        if self.flat:
            colour, width = self._tone(colour), width * 1.2
        self._stroke(shape, _argb(colour, alpha), width, width if mark else 0)

    def mark(self, shape: skia.Path, colour: Colour, width: float):
        """Fill a shape and round it off with a line of the same colour: a feature that stands for itself."""
        self.nib.setStyle(skia.Paint.kStrokeAndFill_Style)
        self._stroke(shape, _argb(self._tone(colour)), width * (1.2 if self.flat else 1.0))
        self.nib.setStyle(skia.Paint.kStroke_Style)
        if self.map_canvas is not None:
            self.map_canvas.drawPath(shape, _SOLID)

    def outline(self, shape: skia.Path, colour: Colour, width: float = 2.2):
        """The line round a form: bold, tinted, or hardly there."""
        if self.flat:
            self._stroke(shape, _argb(mix(colour, INK, 0.55)), width * BOLD)
        elif self.painterly:
            thin, wide = 256 / self.size, width * 0.6  # a hairline, by so much stronger as it is narrower, takes a third of the time
            narrow = thin if thin < wide < 1.6 * thin else wide
            self._stroke(shape, _argb(vivid(colour, 0.2), 0.30 * wide / narrow), narrow)
        else:
            self._stroke(shape, _argb(colour), width)

    def crease(self, shape: skia.Path, colour: Colour, width: float = 1.8, alpha: float = 1.0):
        """A line within a form: a fold, a seam, a strand."""
        if self.flat:
            width, alpha = width * 1.3, min(1.0, alpha * 1.5)
        elif self.painterly:
            width, alpha = width * 1.7, alpha * 0.62
        self._stroke(shape, _argb(self._tone(colour), alpha), width)

    def band(self, shape: skia.Path, colour: Colour, width: float, edge: Colour, outline: float = 1.7):
        """A tube along a path: `width` of colour, an outline on both sides."""
        if self.flat:
            self._stroke(shape, _argb(mix(edge, INK, 0.55)), width + 2 * outline * 1.35, mark=width)
        else:
            self._stroke(shape, _argb(mix(edge, colour, 0.35 if self.painterly else 0.0)), width + 2 * outline * (0.6 if self.painterly else 1.0), mark=width)
        self._stroke(shape, _argb(self._tone(colour)), width)

    def clump(self, shape: skia.Path, colour: Colour, alpha: float):
        """A leaf of hair or paint within a form: a tone in the soft style, an even one in the flat, a stroke in the painterly."""
        self._veil(shape, colour, min(1.0, alpha * 1.35) if self.painterly else alpha)

    def _veil(self, shape: skia.Path, colour: Colour, alpha: float):
        """Fill a shape with a thin tone. Three hard fills at thirds of a pixel take a third of the time of one smooth one, if it is large."""
        if alpha > 0.75 or not self._is_large(shape):
            self.fill(shape, colour, alpha, mark=False)
            return
        canvas, third = self.canvas, 256 / (3 * self.size)
        self.brush.setColor(_argb(self._tone(colour), 1 - (1 - alpha) ** (1 / 3)))
        self.brush.setAntiAlias(False)
        canvas.save()
        for dx, dy in ((-third, 0.0), (third, third), (third, -2 * third)):  # each from the one before: (-1, 0), (0, 1), (1, -1)
            canvas.translate(dx, dy)
            canvas.drawPath(shape, self.brush)
        canvas.restore()
        self.brush.setAntiAlias(True)

    def clumps(self, shapes: Iterable[skia.Path], colour: Colour, alpha: float):
        """Many clumps of one tone in one go: faster, and where two of them lie over one another the tone stays even."""
        self.clump(union(shapes), colour, alpha)

    def note(self, shape: skia.Path, width: float):
        """Mark a line as belonging to the current part without drawing anything."""
        if self.map_canvas is not None:
            self.map_canvas.drawPath(shape, _stroke(width))

    # -- results -------------------------------------------------------------------------------------------------
    def picture(self) -> np.ndarray:
        """uint8 (size, size, 4), straight (not premultiplied) RGBA."""
        return gradient.straight(self.pixels, self.sheet)

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
