"""What stands around the map of a picture: title, figures, legend, scale bar, north, credits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke

from planner.headline import Figure
from planner.picture.base import Frame
from planner.picture.fonts import typeface

__all__ = ["Key", "Page", "Type", "draw_closed", "draw_north", "draw_scale", "ems", "wrapped"]

INK, SOFT, LINE = "#1f2a30", "#5d6a72", "#c9cfcd"
GOOD, BAD, SHUT = "#0b6a6f", "#a3195b", "#6d767b"
HALO = withStroke(linewidth=2.2, foreground="#ffffff", alpha=0.85)


@dataclass(frozen=True, kw_only=True, slots=True)
class Type:
    """Type of one picture: whether its texts need a Chinese face."""

    chinese: bool

    def write(
        self,
        to: Canvas | Axes,
        x: float,
        y: float,
        text: str,
        *,
        size_pt: float,
        colour: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        rise: Literal["baseline", "top", "center"] = "baseline",
        halo: bool = False,
        order: float = 20.0,
    ) -> None:
        """Write a text as it is: a dollar sign in a name is no formula."""
        to.text(
            x,
            y,
            text,
            fontproperties=typeface(chinese=self.chinese, size_pt=size_pt, bold=bold),
            color=colour,
            ha=align,
            va=rise,
            parse_math=False,
            path_effects=[HALO] if halo else [],
            zorder=order,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A row of the legend: a sign and what it means; without a sign it is a heading or a remark.

    Parameters
    ----------
    shape
        ``"area"``, ``"line"``, ``"closed"`` (:func:`draw_closed`), a Matplotlib marker, or empty.
    """

    text: str
    shape: str = ""
    colour: str = ""
    edge: str = "none"
    hatch: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet: inches from its lower left corner are parts of it here.

    Parameters
    ----------
    canvas
        Matplotlib's figure, A4 landscape.
    type_
        Its type.
    """

    canvas: Canvas
    type_: Type

    def at(self, x_in: float, y_in: float) -> tuple[float, float]:
        """Turn inches into parts of the sheet."""
        wide, high = self.canvas.get_size_inches()
        return x_in / wide, y_in / high

    def write(self, x_in: float, y_in: float, text: str, **how: object) -> None:
        """Write at a place in inches."""
        self.type_.write(self.canvas, *self.at(x_in, y_in), text, **how)  # type: ignore[arg-type]

    def rule(self, x_in: float, y_in: float, width_in: float) -> None:
        """Draw a thin line across."""
        (x0, y), (x1, _) = self.at(x_in, y_in), self.at(x_in + width_in, y_in)
        self.canvas.add_artist(Line2D([x0, x1], [y, y], color=LINE, lw=0.8))

    def figures(self, rows: Sequence[Figure], x_in: float, y_in: float, width_in: float) -> float:
        """Write the plan's figures under each other; returns where they end."""
        for row in rows:
            colour = INK if row.good is None else GOOD if row.good else BAD
            self.write(x_in, y_in - 0.15, row.label, size_pt=8, colour=SOFT)
            self.write(x_in, y_in - 0.39, row.value, size_pt=14, bold=True, colour=colour)
            y_in -= 0.44
            for line in wrapped(row.note, width_in * 72 / 7.2)[:3]:
                self.write(x_in, y_in - 0.12, line, size_pt=7.2, colour=SOFT)
                y_in -= 0.145
            y_in -= 0.09
        return y_in

    def legend(
        self, keys: Sequence[Key], x_in: float, y_in: float, width_in: float, lowest_in: float
    ) -> float:
        """Draw the legend, its rows nearer to each other where there are many.

        Returns
        -------
        float
            Where it ends, inches: not below ``lowest_in``.
        """
        wide, high = self.canvas.get_size_inches()
        need = sum(_height(key, width_in) for key in keys)
        tight = min(1.0, (y_in - lowest_in) / need) if need else 1.0
        for key in keys:
            if key.heading:
                y_in -= 0.07 * tight
                self.write(x_in, y_in - 0.13, key.text, size_pt=8.2, bold=True)
                y_in -= 0.215 * tight
                continue
            left, lines = _key_lines(key, width_in)
            middle = y_in - 0.085
            if key.shape in ("area", "square-cell"):
                tall, broad = (0.13, 0.24) if key.shape == "area" else (0.12, 0.12)
                x0 = x_in + (0.24 - broad) / 2
                box = Rectangle(
                    (x0 / wide, (middle - tall / 2) / high),
                    broad / wide,
                    tall / high,
                    transform=self.canvas.transFigure,
                    facecolor=key.colour,
                    edgecolor=key.edge,
                    lw=0.9 if key.edge != "none" else 0,
                )
                if key.hatch:
                    box.set(hatch=key.hatch, hatch_linewidth=0.7)
                self.canvas.add_artist(box)
            elif key.shape == "line":
                x0, y0 = self.at(x_in, middle)
                x1, _ = self.at(x_in + 0.24, middle)
                for colour, width in ((key.edge, 3.2), (key.colour, 1.9)):
                    line = Line2D([x0, x1], [y0, y0], color=colour, lw=width)
                    self.canvas.add_artist(line)
            elif key.shape == "closed":
                draw_closed(self.canvas, *self.at(x_in + 0.12, middle), size_pt=8.0, order=20.0)
            elif key.shape:
                x0, y0 = self.at(x_in + 0.12, middle)
                sign = Line2D(
                    [x0],
                    [y0],
                    marker=key.shape,
                    color=key.colour,
                    markeredgecolor="#ffffff",
                    markersize=8.5 if key.shape != "s" else 7.5,
                    markeredgewidth=0.8,
                    linestyle="none",
                )
                self.canvas.add_artist(sign)
            for line_text in lines:
                self.write(
                    x_in + left,
                    y_in - 0.12,
                    line_text,
                    size_pt=7.4,
                    colour=INK if key.shape else SOFT,
                )
                y_in -= 0.15 * tight
            y_in -= 0.03 * tight
        return y_in


def _key_lines(key: Key, width_in: float) -> tuple[float, list[str]]:
    """How far a row of the legend is set in, and its lines."""
    left = 0.34 if key.shape else 0.0
    return left, wrapped(key.text, (width_in - left) * 72 / 7.4)


def _height(key: Key, width_in: float) -> float:
    """Inches that a row of the legend takes where there is room."""
    if key.heading:
        return 0.285
    return 0.15 * len(_key_lines(key, width_in)[1]) + 0.03


def draw_closed(to: Canvas | Axes, x: float, y: float, *, size_pt: float, order: float) -> None:
    """Draw the sign of a site that was closed: a cross on a grey plate."""
    for marker, size, colour, width in (("o", 1.0, SHUT, 0.7), ("x", 0.5, "#ffffff", 1.1)):
        sign = Line2D(
            [x],
            [y],
            marker=marker,
            markersize=size_pt * size,
            color=colour,
            markeredgecolor="#ffffff",
            markeredgewidth=width,
            linestyle="none",
            zorder=order,
        )
        if isinstance(to, Axes):
            to.add_line(sign)
        else:
            to.add_artist(sign)


def draw_scale(axes: Axes, frame: Frame, type_: Type, metre: str, kilometre: str) -> None:
    """Draw a scale bar of a round length, at most a fifth of the map's width."""
    most = (frame.east - frame.west) / 5
    unit = 10 ** math.floor(math.log10(most))
    length_m: float = max(step * unit for step in (1, 2, 5) if step * unit <= most)
    x0 = frame.west + 14 * frame.m_pt
    y0 = frame.south + 14 * frame.m_pt
    tall = 3.2 * frame.m_pt
    for half, colour in ((0, INK), (1, "#ffffff")):
        left = x0 + half * length_m / 2
        bar = Rectangle(
            (left, y0), length_m / 2, tall, facecolor=colour, edgecolor=INK, lw=0.8, zorder=12
        )
        axes.add_patch(bar)
    short = length_m < 1000
    for part, name in ((0.0, ""), (0.5, ""), (1.0, metre if short else kilometre)):
        number = part * length_m / (1 if short else 1000)
        type_.write(
            axes,
            x0 + part * length_m,
            y0 + tall + 3 * frame.m_pt,
            f"{number:g}" + (f" {name}" if name else ""),
            size_pt=7.2,
            align="center",
            halo=True,
        )


def draw_north(axes: Axes, frame: Frame, type_: Type, north: tuple[float, float]) -> None:
    """Draw an arrow to true north; ``north`` is its direction (unit vector) on the map's grid."""
    size = 17 * frame.m_pt
    ahead, aside = np.array(north), np.array([north[1], -north[0]])
    middle = np.array([frame.east - 24 * frame.m_pt, frame.north - 36 * frame.m_pt])
    tip, notch = middle + ahead * size, middle - ahead * size * 0.28
    for side, colour in ((-1.0, INK), (1.0, "#ffffff")):
        foot = middle - ahead * size * 0.62 + side * aside * size * 0.48
        half = Polygon(
            np.array([tip, foot, notch]), facecolor=colour, edgecolor=INK, lw=0.8, zorder=12
        )
        axes.add_patch(half)
    x, y = tip + ahead * 7 * frame.m_pt
    type_.write(axes, x, y, "N", size_pt=9, bold=True, align="center", rise="center", halo=True)


def ems(text: str) -> float:
    """Width of a text in ems, roughly: Chinese letters are one wide, others a little over half."""
    return sum(1.0 if ord(letter) >= 0x2E80 else 0.56 for letter in text)


def wrapped(text: str, most_ems: float) -> list[str]:
    """Break a text into lines: between Chinese letters anywhere, else at spaces."""
    words: list[str] = []
    for letter in text:
        joined = words and not words[-1].endswith(" ") and ord(letter) < 0x2E80
        if joined and ord(words[-1][-1]) < 0x2E80:
            words[-1] += letter
        elif letter in "，。；：、）”" and words:
            words[-1] += letter  # no line begins with these
        else:
            words.append(letter)
    lines = [""]
    for word in words:
        if lines[-1] and ems(lines[-1] + word.rstrip()) > most_ems:
            lines.append("")
        while ems(word) > most_ems:  # a word wider than the line is cut
            fits = next(n for n in range(len(word), 0, -1) if ems(word[:n]) <= most_ems or n == 1)
            lines[-1] += word[:fits]
            word = word[fits:]
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines if line.strip()] or [""]
