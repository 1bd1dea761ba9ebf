"""Townships out of a file of the user's: names, codes and counties checked, guesses told."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.boundary_osm import surroundings
from geo.consent import Check
from geo.crs import in_china
from geo.errors import BoundaryError
from geo.extract import Extract
from geo.findings import Finding, Value
from geo.landmarks import landmarks_of_extract
from geo.placing import Placed, read_placed
from geo.progress import Progress, silent
from geo.region import Region, build_region
from geo.territory import longest_neighbour

__all__ = ["region_from_file"]

# Columns that hold the county of a township, the surest first.
_COUNTY_CODE_COLUMNS = ("county_code", "adcode", "区县代码", "县代码")
_COUNTY_NAME_COLUMNS = ("county", "区县", "县区", "县名")
_FINEST_LEVEL = 99


def region_from_file(
    given: Path | Placed,
    *,
    name_field: str,
    code_field: str | None = None,
    county_field: str | None = None,
    extract: Extract | None = None,
    progress: Progress = silent,
) -> tuple[Region, list[Finding]]:
    """Form the region from a file of townships, of any kind that ``geo.own_file`` reads.

    Parameters
    ----------
    given
        The file, or what was read of it and placed.
    name_field, code_field, county_field
        Its columns. Without `county_field` the county is taken from a column of a known name
        (adcode, county, 区县 …), else from the first six digits of a 9- or 12-digit code.
    extract
        If given, the townships must lie where it has roads; its administrative units name what is
        around them.
    progress
        Told ``"read boundaries"``.

    Raises
    ------
    BoundaryError
        The file, a column, a name, a code or an outline cannot be used, or lies elsewhere than
        the extract.
    """
    progress("read boundaries", 0.0)
    placed = given if isinstance(given, Placed) else _placed(given, extract)
    frame, findings, file = placed.frame, list(placed.findings), placed.own.file
    for field in (name_field, code_field, county_field):
        if field is not None and field not in frame.columns.drop(frame.geometry.name):
            there = ", ".join(map(str, frame.columns.drop(frame.geometry.name))) or "no fields"
            raise BoundaryError(
                f"no field {field!r} (there are: {there})",
                where=file,
                remedy="Name one of them"
                if len(frame.columns) > 1
                else "Its attribute table is missing (.dbf beside a .shp)",
            )
    progress("read boundaries", 0.4)
    names = _names(frame, name_field, file)
    codes, found = _codes(frame, code_field, names, file)
    findings += found
    shapes = frame.geometry.to_numpy()
    if extract is not None:
        _check_place(shapes, extract, file)
    county, county_code, found = _counties(frame, codes, county_field, names)
    findings += found
    around = surroundings(
        [shape.representative_point() for shape in shapes],
        extract.admin if extract else (),
        below=_FINEST_LEVEL,
    )
    ancestors = []
    for code, name, areas in zip(county_code, county, around, strict=True):
        wider = [code[:2] + "0000", code[:4] + "00"] if re.fullmatch(r"[1-8]\d{5}", code) else []
        told = [text for area in areas for text in (area.name, area.name_en, area.code)]
        every = [text.replace(";", ",") for text in (*told, *wider, code, name) if text]
        ancestors.append(";".join(dict.fromkeys(every)))
    units = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": names,
            "name_en": "",
            "county_code": county_code,
            "county": county,
            "ancestors": ancestors,
            "mended": False,
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    region, found = build_region(
        units, name=Path(file).stem, source=f"file {file}", approximate=False
    )
    progress("read boundaries", 1.0)
    return region, [*findings, *found]


def _placed(path: Path, extract: Extract | None) -> Placed:
    check = Check(role="boundaries", landmarks=landmarks_of_extract(extract))
    return read_placed(path, wanted="outlines", error=BoundaryError, check=check)


def _text(value: object) -> str:
    """A cell as text: no nan, no ``360202.0``."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)) or value is pd.NA:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _names(frame: gpd.GeoDataFrame, field: str, where: str) -> list[str]:
    names = [_text(value) for value in frame[field]]
    empty = [row + 1 for row, name in enumerate(names) if not name]
    if empty:
        rows = ", ".join(map(str, empty[:5])) + (" …" if len(empty) > 5 else "")
        raise BoundaryError(
            f"{field!r} is empty in {len(empty)} of {len(names)} features (feature {rows})",
            where=where,
            remedy="Name every township",
        )
    middle = frame.total_bounds.reshape(2, 2).mean(axis=0)
    if in_china(*middle):
        for row, name in enumerate(names):
            # Chinese read in a Western encoding turns into runs of these; U+FFFD is lost text.
            if "\ufffd" in name or re.search(r"[\u0080-\u024f]{2}", name):
                raise BoundaryError(
                    f"{field!r} of feature {row + 1} is garbled ({name!r})",
                    where=where,
                    remedy="Save the file anew in UTF-8 from the program that shows it right",
                )
    return names


def _codes(
    frame: gpd.GeoDataFrame, field: str | None, names: list[str], where: str
) -> tuple[list[str], list[Finding]]:
    given = [_text(value) for value in frame[field]] if field else [""] * len(names)
    rows_of: dict[str, list[int]] = {}
    for row, code in enumerate(given):
        if code:
            rows_of.setdefault(code, []).append(row)
    for code, rows in rows_of.items():
        if len(rows) > 1:
            raise BoundaryError(
                f"{field!r} {code!r} stands in features {_list(rows)}"
                f" ({', '.join(names[row] for row in rows)})",
                where=where,
                remedy="Give each township a code of its own, and its parts one common feature",
            )
    _check_names(names, given, where)
    lacking = [row for row, code in enumerate(given) if not code]
    codes = [code or f"row-{row + 1}" for row, code in enumerate(given)]
    if not lacking:
        return codes, []
    if clash := next((code for row in lacking if (code := codes[row]) in rows_of), None):
        raise BoundaryError(
            f"{field!r} is empty in a feature, and {clash!r} is taken",
            where=where,
            remedy="Give each township a code of its own",
        )
    values: dict[str, Value] = {
        "units": len(lacking),
        "of": len(names),
        "names": ", ".join(names[row] for row in lacking[:10])
        + (" …" if len(lacking) > 10 else ""),
    }
    return codes, [Finding(kind="boundary-code-missing", where=where, values=values)]


def _check_names(names: list[str], codes: list[str], where: str) -> None:
    """Refuse townships of one name that nothing tells apart."""
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows_of.setdefault(name, []).append(row)
    for name, rows in rows_of.items():
        if len(rows) > 1 and not all(codes[row] for row in rows):
            raise BoundaryError(
                f"{len(rows)} townships are called {name!r} (features {_list(rows)})",
                where=where,
                remedy="Tell them apart with --code-field",
            )


def _list(rows: list[int]) -> str:
    return ", ".join(str(row + 1) for row in rows)


def _check_place(shapes: npt.NDArray[np.object_], extract: Extract, where: str) -> None:
    """Refuse townships that lie elsewhere than the extract."""
    if not np.isfinite(extract.bounds).all():
        return
    extent = shapely.box(*extract.bounds)
    if not shapely.intersects(shapes, extent).any():
        there = ", ".join(f"{value:.3f}" for value in shapely.total_bounds(shapes))
        here = ", ".join(f"{value:.3f}" for value in extract.bounds)
        raise BoundaryError(
            f"lies at {there} (W, S, E, N) but the extract's roads at {here}",
            where=where,
            remedy=f"Give the boundaries of the place of {extract.path.name}",
        )


def _counties(
    frame: gpd.GeoDataFrame, codes: list[str], field: str | None, names: list[str]
) -> tuple[list[str], list[str], list[Finding]]:
    """County name and code of each township."""
    if field is not None:
        told = [_text(value) for value in frame[field]]
        is_code = [bool(re.fullmatch(r"\d+", text)) for text in told]
        county = ["" if code else text for text, code in zip(told, is_code, strict=True)]
        county_code = [text if code else "" for text, code in zip(told, is_code, strict=True)]
    else:
        county = _column(frame, _COUNTY_NAME_COLUMNS)
        county_code = _column(frame, _COUNTY_CODE_COLUMNS)
        for row, code in enumerate(codes):
            if not county_code[row] and not county[row] and re.fullmatch(r"\d{9}|\d{12}", code):
                county_code[row] = code[:6]
    return _guess(frame, county, county_code, codes, names)


def _column(frame: gpd.GeoDataFrame, known: tuple[str, ...]) -> list[str]:
    """The first column of a known name, whatever its case."""
    by_name = {str(column).casefold(): column for column in reversed(frame.columns)}
    column = next((by_name[name] for name in known if name in by_name), None)
    return [""] * len(frame) if column is None else [_text(value) for value in frame[column]]


def _guess(
    frame: gpd.GeoDataFrame,
    county: list[str],
    county_code: list[str],
    codes: list[str],
    names: list[str],
) -> tuple[list[str], list[str], list[Finding]]:
    """Give a township without county that of the neighbour it borders on longest."""
    known = [row for row in range(len(codes)) if county[row] or county_code[row]]
    lacking = [row for row in range(len(codes)) if not (county[row] or county_code[row])]
    if not known or not lacking:
        return county, county_code, []
    metric = frame.geometry.to_crs(frame.estimate_utm_crs()).to_numpy()
    metric = shapely.make_valid(metric)
    found = []
    for row in lacking:
        near = longest_neighbour(metric[row], metric[known])
        if near >= 0:
            county[row], county_code[row] = county[known[near]], county_code[known[near]]
            values: dict[str, Value] = {
                "name": names[row],
                "county": county[row] or county_code[row],
                "neighbour": names[known[near]],
            }
            found.append(Finding(kind="county-guessed", where=codes[row], values=values))
    return county, county_code, found
