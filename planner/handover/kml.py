"""What field crews need, as KML: sites, townships and people without a site, facts as text.

OGC 07-147r2. Degrees WGS84; no picture is fetched from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry.base import BaseGeometry

from planner.handover.layers import Layer
from planner.handover.text import Change, encodable
from planner.handover.words import HANDOVER
from planner.wording.language import Language

__all__ = ["DECIMALS", "LAYERS", "Kml", "kml"]

DECIMALS = 7
LAYERS = ("sites", "townships", "uncovered", "no_go", "edits")
"""All cells are for a GIS, not for a telephone."""

# Alpha, blue, green, red, as KML has colours; those of the QGIS styles.
_COLOURS = {
    "existing": "ff969696",
    "new": "ffb27200",
    "hosted": "ff739e00",
    "mobile": "ffa779cc",
    "not chosen": "ff009fe6",
    "no candidate": "ff005ed5",
    "unreachable": "ffa779cc",
    "unmapped?": "ff969696",
    "true": "40e9b456",
    "false": "40005ed5",
    "added": "ff739e00",
    "added-existing": "ff969696",
    "closed": "ff005ed5",
    "forced": "ff009fe6",
    "": "40005ed5",
}
_STYLED_BY = {"sites": "role", "townships": "pass", "uncovered": "state", "edits": "change"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kml:
    """The document, and what in it is not as the plan has it."""

    text: str
    changes: tuple[Change, ...]


def kml(layers: Sequence[Layer], language: Language, *, title: str, credit: str, file: str) -> Kml:
    """Write the layers of :data:`LAYERS`.

    Parameters
    ----------
    title, credit
        Of the document: the region, and whom its data are owed to.
    file
        Name to be told in :class:`~planner.handover.text.Change`.
    """
    changes: list[Change] = []
    shown = [layer for layer in layers if layer.name in LAYERS and len(layer.frame)]
    folders = [_folder(layer, language, file, changes) for layer in shown]
    styles = "".join(_style(value, colour) for value, colour in sorted(_COLOURS.items()))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
        f"<name>{_text(title)}</name><description>{_text(credit)}</description>\n"
        f"{styles}{''.join(folders)}</Document></kml>\n"
    )
    return Kml(text=text, changes=tuple(changes))


def _folder(layer: Layer, language: Language, file: str, changes: list[Change]) -> str:
    places = []
    columns = [layer.frame[field.key].tolist() for field in layer.fields]
    by = _STYLED_BY.get(layer.name)
    for row, shape, *values in zip(layer.ids(), layer.frame.geometry, *columns, strict=True):
        facts, data = [], []
        told: dict[str, object] = {}
        for field, value in zip(layer.fields, values, strict=True):
            if isinstance(value, str):
                clean = encodable(value, "utf-8")
                if clean != value:
                    change = Change(
                        what="replaced",
                        file=file,
                        layer=layer.name,
                        row=row,
                        field=field.key,
                        given=value,
                        told=clean,
                        limit="XML",
                    )
                    changes.append(change)
                value = clean
            told[field.key] = value
            if value is None:
                continue
            title = field.title(language)
            facts.append(f"{title}: {_in_words(value, language)}")
            data.append(
                f"<Data name={quoteattr(field.key)}><displayName>{_text(title)}</displayName>"
                f"<value>{_text(_plain(value))}</value></Data>"
            )
        style = _plain(told[by]) if by else ""
        name = str(told.get("name") or told[layer.id_field.key])
        # A description may be HTML: what looks like it is escaped twice and stays text.
        body = "<br/>".join(escape(fact) for fact in facts)
        places.append(
            f"<Placemark><name>{_text(name)}</name><description>{_text(body)}</description>"
            f"<styleUrl>#{_style_id(style)}</styleUrl>"
            f"<ExtendedData>{''.join(data)}</ExtendedData>{_shape(shape)}</Placemark>\n"
        )
    head = f"<Folder id={quoteattr(layer.name)}><name>{_text(layer.title(language))}</name>\n"
    return f"{head}{''.join(places)}</Folder>\n"


def _style(value: str, colour: str) -> str:
    return (
        f'<Style id="{_style_id(value)}"><IconStyle><color>{colour}</color></IconStyle>'
        "<LineStyle><color>ff5a5a5a</color><width>1</width></LineStyle>"
        f"<PolyStyle><color>{colour}</color></PolyStyle></Style>\n"
    )


def _style_id(value: str) -> str:
    return "s-" + "".join(c if c.isalnum() or c == "-" else "_" for c in value)


def _in_words(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return HANDOVER.say("kml-yes" if value else "kml-no", language)
    return _plain(value)


def _plain(value: object) -> str:
    """A value as text that reads back as the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(text: str) -> str:
    return escape(encodable(text, "utf-8"))


def _shape(shape: BaseGeometry) -> str:
    parts = [_part(part) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _part(part: BaseGeometry) -> str:
    if isinstance(part, shapely.Point):
        return f"<Point><coordinates>{_coordinates([(part.x, part.y)])}</coordinates></Point>"
    assert isinstance(part, shapely.Polygon)
    turned = shapely.orient_polygons(part)
    rings = [("outerBoundaryIs", turned.exterior)]
    rings += [("innerBoundaryIs", ring) for ring in turned.interiors]
    drawn = "".join(
        f"<{tag}><LinearRing><coordinates>{_coordinates(ring.coords)}</coordinates></LinearRing>"
        f"</{tag}>"
        for tag, ring in rings
    )
    return f"<Polygon>{drawn}</Polygon>"


def _coordinates(corners: Iterable[tuple[float, ...]]) -> str:
    return " ".join(f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}" for x, y, *_ in corners)
