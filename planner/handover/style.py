"""QGIS styles of the layers: what each looks like when it is opened, Chinese names included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

from planner.handover.layers import Layer
from planner.handover.words import HANDOVER
from planner.wording.language import Language

__all__ = ["qml"]

Naming = Literal["key", "code"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Symbol:
    """One category: value, what the legend says, and how it is drawn."""

    value: str
    label: str
    colour: str
    shape: str = "circle"
    size_mm: float = 2.0


# Safe for the colour-blind (Okabe and Ito): blue, orange, green, purple; red-orange for what lacks.
_BLUE, _ORANGE, _GREEN, _PURPLE = "0,114,178", "230,159,0", "0,158,115", "204,121,167"
_VERMILION, _GREY, _LIGHT = "213,94,0", "150,150,150", "86,180,233"


def qml(layer: Layer, language: Language, *, naming: Naming) -> str:
    """Write the style of a layer in QGIS's own format.

    Parameters
    ----------
    naming
        Whether the file's fields are called by ``key`` (GeoPackage) or by ``code`` (Shapefile).
    """
    fields = {field.key: field.key if naming == "key" else field.code for field in layer.fields}
    attribute, symbols = _symbols(layer.name, language, naming)
    aliases = "".join(
        f"<alias index={quoteattr(str(n))} field={quoteattr(fields[field.key])} "
        f"name={quoteattr(field.title(language))}/>"
        for n, field in enumerate(layer.fields, start=1 if naming == "key" else 0)
    )
    renderer = (
        _categorised(fields[attribute], symbols, layer.geometry)
        if attribute
        else _single(symbols[0], layer.geometry)
    )
    named = layer.name in ("townships", "no_go")
    labels = _labels(fields["name"]) if named else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22.0" styleCategories="Symbology|Labeling|Fields" '
        f'labelsEnabled="{int(named)}">\n'
        f"{renderer}\n{labels}"
        f"<aliases>{aliases}</aliases>\n"
        f"<layerGeometryType>{0 if layer.geometry == 'Point' else 2}</layerGeometryType>\n"
        "</qgis>\n"
    )


def _symbols(name: str, language: Language, naming: Naming) -> tuple[str, list[_Symbol]]:
    """Field that decides, and the symbol of each of its values."""

    def say(key: str) -> str:
        return HANDOVER.say(key, language)

    def symbol(prefix: str, value: str, colour: str, shape: str, size_mm: float) -> _Symbol:
        label = say(f"{prefix}-{value}")
        return _Symbol(value=value, label=label, colour=colour, shape=shape, size_mm=size_mm)

    match name:
        case "sites":
            drawn = (
                ("existing", _GREY, "square"),
                ("new", _BLUE, "circle"),
                ("hosted", _GREEN, "diamond"),
                ("mobile", _PURPLE, "triangle"),
            )
            return "role", [symbol("role", *one, 3.4) for one in drawn]
        case "townships":
            yes, no = ("true", "false") if naming == "key" else ("1", "0")
            return "pass", [
                _Symbol(value=yes, label=say("pass-yes"), colour=_LIGHT),
                _Symbol(value=no, label=say("pass-no"), colour=_VERMILION),
            ]
        case "cells" | "uncovered":
            states = (
                ("covered", _BLUE),
                ("not chosen", _ORANGE),
                ("no candidate", _VERMILION),
                ("unreachable", _PURPLE),
                ("unmapped?", _GREY),
            )
            shown = states if name == "cells" else states[1:]
            return "state", [symbol("state", *one, "square", 1.2) for one in shown]
        case "edits":
            changes = (
                ("added", _GREEN, "star"),
                ("added-existing", _GREY, "star"),
                ("closed", _VERMILION, "cross_fill"),
                ("forced", _ORANGE, "diamond"),
            )
            return "change", [symbol("change", *one, 4.0) for one in changes]
    return "", [_Symbol(value="", label="", colour=_VERMILION)]


def _categorised(attribute: str, symbols: Sequence[_Symbol], geometry: str) -> str:
    categories = "".join(
        f'<category render="true" symbol="{n}" value={quoteattr(one.value)} '
        f'label={quoteattr(one.label)} type="string"/>'
        for n, one in enumerate(symbols)
    )
    drawn = "".join(_drawn(one, n, geometry) for n, one in enumerate(symbols))
    return (
        '<renderer-v2 type="categorizedSymbol" forceraster="0" symbollevels="0" '
        f'enableorderby="0" attr={quoteattr(attribute)}>'
        f"<categories>{categories}</categories><symbols>{drawn}</symbols></renderer-v2>"
    )


def _single(symbol: _Symbol, geometry: str) -> str:
    return (
        '<renderer-v2 type="singleSymbol" forceraster="0" symbollevels="0" enableorderby="0">'
        f"<symbols>{_drawn(symbol, 0, geometry)}</symbols></renderer-v2>"
    )


def _drawn(symbol: _Symbol, name: int, geometry: str) -> str:
    outline = {"outline_style": "solid", "outline_width_unit": "MM"}
    if geometry == "Point":
        kind, layer, alpha = "marker", "SimpleMarker", 1.0
        look = {
            "name": symbol.shape,
            "color": f"{symbol.colour},255",
            "size": f"{symbol.size_mm:g}",
            "size_unit": "MM",
            "outline_color": "255,255,255,255",
            "outline_width": "0.3" if symbol.size_mm > 2 else "0",
            **outline,
        }
    else:
        kind, layer, alpha = "fill", "SimpleFill", 1.0
        look = {
            "color": f"{symbol.colour},{70 if symbol.label else 200}",
            "style": "solid" if symbol.label else "b_diagonal",
            "outline_color": "90,90,90,255",
            "outline_width": "0.26",
            **outline,
        }
    # Older QGIS reads <prop> only, newer takes it too.
    props = "".join(f"<prop k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in look.items())
    return (
        f'<symbol type="{kind}" name="{name}" alpha="{alpha:g}" clip_to_extent="1" '
        f'force_rhr="0"><layer class="{layer}" enabled="1" locked="0" pass="0">{props}</layer>'
        "</symbol>"
    )


def _labels(field: str) -> str:
    return (
        '<labeling type="simple"><settings calloutType="simple">'
        f'<text-style fieldName={quoteattr(field)} isExpression="0" fontSize="9" '
        'fontSizeUnit="Point" fontFamily="Noto Sans CJK SC" textColor="40,40,40,255" '
        'textOpacity="1" multilineHeight="1">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" '
        'bufferColor="255,255,255,255" bufferOpacity="0.8"/></text-style>'
        '<placement placement="0" priority="5" centroidInside="1"/>'
        '<rendering drawLabels="1" obstacle="1"/></settings></labeling>\n'
    )
