"""What Matplotlib draws more slowly than it has to: a sheet's pixels, and very many squares."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform

__all__ = ["Pixels", "Squares"]


class Pixels(Artist):
    """Pixels of a whole sheet, as they are, below all else: its own images are resampled first.

    Parameters
    ----------
    pixels
        uint8[height, width, 4], from the top.
    """

    zorder = -1

    def __init__(self, pixels: npt.NDArray[np.uint8]) -> None:
        super().__init__()
        self._pixels = pixels[::-1]

    def draw(self, renderer: Any) -> None:
        """Draw them from the lower left corner."""
        context = renderer.new_gc()
        renderer.draw_image(context, 0, 0, self._pixels)
        context.restore()


class Squares(Collection):
    """One square in many places and sizes: a collection of polygons keeps an object for each.

    Parameters
    ----------
    middles
        float64[n, 2], in the coordinates of the map.
    side
        float64[n], likewise.
    place
        From these to the sheet.
    """

    def __init__(
        self, middles: npt.NDArray[np.float64], side: npt.NDArray[np.float64], place: Transform
    ) -> None:
        offsets: Any = middles
        super().__init__(lw=0, offsets=offsets, offset_transform=place)
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) / 2
        self._paths = [Path(corners, closed=True)]
        self._side, self._place = side, place

    def draw(self, renderer: Any) -> None:
        """Draw them in the size that the map has by now."""
        wide, high = np.abs(np.diff(self._place.transform([(0, 0), (1, 1)]), axis=0)[0])
        self._transforms = np.zeros((len(self._side), 3, 3))
        self._transforms[:, 0, 0] = self._side * wide
        self._transforms[:, 1, 1] = self._side * high
        self._transforms[:, 2, 2] = 1.0
        self.set_transform(IdentityTransform())
        super().draw(renderer)
