"""The text of a Shapefile: UTF-8 or GBK, with a .cpg that is missing or wrong."""

from __future__ import annotations

import codecs
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from pyproj.exceptions import ProjError

from geo.crs import in_china
from geo.errors import InputError

__all__ = ["ShapeText", "decode_shape"]

# Language driver ids of dBASE files that East Asian software writes.
_DRIVERS = {
    0x13: "cp932", 0x4D: "gb18030", 0x4E: "cp949", 0x4F: "cp950",
    0x78: "cp950", 0x79: "cp949", 0x7A: "gb18030", 0x7B: "cp932",
}  # fmt: skip
# What software writes into a .cpg without having looked: no evidence against GBK.
_BY_DEFAULT = {"utf-8", "iso8859-1", "cp1252", "ascii"}

ShapeText = tuple[str, str, str]
"""Encoding found, encoding declared (or empty), and a sample of the text."""


def decode_shape(
    frame: gpd.GeoDataFrame,
    beside: Mapping[str, bytes],
    where: str,
    error: type[InputError],
) -> tuple[gpd.GeoDataFrame, ShapeText | None]:
    """Find the encoding of text that was read byte by byte (ISO 8859-1), and apply it.

    Parameters
    ----------
    frame
        As read.
    beside
        Content of the ``.cpg`` and the ``.dbf``, by suffix, as far as they are there.
    where, error
        For the sentence where it is neither UTF-8, nor what is declared, nor the usual encoding of
        the place.
    """
    columns = [c for c in frame.columns if c != frame.geometry.name]
    texts = [c for c in columns if not pd.api.types.is_numeric_dtype(frame[c])]
    words = [value for c in texts for value in frame[c] if isinstance(value, str)]
    raw = [text.encode("iso-8859-1") for text in (*columns, *words)]
    if all(piece.isascii() for piece in raw):
        return frame, None
    said = _declared(beside)
    told = [] if said is None or codecs.lookup(said).name in _BY_DEFAULT else [said]
    guess = "gb18030" if _chinese(frame) else "cp1252"
    for encoding in dict.fromkeys(("utf-8", *told, guess)):
        pieces = [_text(piece, encoding) for piece in raw]
        if all(piece is not None for piece in pieces):
            break
    else:
        raise error(
            f"its text is neither UTF-8 nor {guess}",
            where=where,
            remedy="Save it as UTF-8 with a .cpg file that says so",
        )
    known = {c: _text(c.encode("iso-8859-1"), encoding) or c for c in columns}
    decoded = frame.rename(columns=known)
    for column in texts:
        values = [
            _text(value.encode("iso-8859-1"), encoding) if isinstance(value, str) else value
            for value in frame[column]
        ]
        decoded[known[column]] = pd.array(values, dtype="object")
    sample = next(text for text in pieces if text and not text.isascii())
    return decoded, (encoding, said or "", sample)


def _chinese(frame: gpd.GeoDataFrame) -> bool:
    """Whether the file is about China; one whose coordinates are no degrees is taken to be."""
    middle = frame.total_bounds.reshape(2, 2).mean(axis=0)
    if frame.crs is not None and frame.crs.is_projected:
        try:
            middle = frame.geometry.to_crs(4326).total_bounds.reshape(2, 2).mean(axis=0)
        except ProjError:
            return True
    return bool(not abs(middle[0]) <= 180 or not abs(middle[1]) <= 90 or in_china(*middle))


def _text(raw: bytes, encoding: str) -> str | None:
    """Decode a dBASE field; a character cut in two by the field's width is dropped."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw, final=False)
    except UnicodeDecodeError:
        return None


def _declared(beside: Mapping[str, bytes]) -> str | None:
    """The encoding a .cpg or the dBASE header names, if Python knows it."""
    if ".cpg" in beside:
        name = beside[".cpg"][:64].decode("ascii", "replace").strip().lower()
        name = {"88591": "iso8859-1", "936": "gb18030", "gbk": "gb18030"}.get(name, name)
        for attempt in (name, f"cp{name}"):
            try:
                b"".decode(attempt)  # refuses codecs that are no text encodings: zlib, hex …
                return codecs.lookup(attempt).name
            except (LookupError, ValueError):  # ValueError: a null character
                continue
        return None
    return _DRIVERS.get((beside.get(".dbf", b"") + b"\0" * 30)[29])
