"""Administrative areas of an extract, complete or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.crs import in_china
from geo.findings import Finding
from geo.osm_areas import assemble, closing_segments

__all__ = ["RING_ROLES", "AdminArea", "AdminDraft", "admin_areas", "admin_draft"]

# A gap is closed straight, and a spur cut off, only where it cannot matter: shorter than both.
_GAP_M = 500.0
_GAP_SHARE = 0.02
_DEGREE_M = 111_195.0  # of latitude
#: Roles of the ways that draw an outline.
RING_ROLES = {"outer", "inner", "", "exclave", "enclave"}
_CODE_KEYS = (
    "china_division_code",
    "gb:code",
    "ref:CN",
    "ref:gss",
    "ref:INSEE",
    "de:amtlicher_gemeindeschluessel",
    "ref:ISTAT",
    "ISO3166-2",
    "ref",
)
_LEVEL = re.compile(r"\d{1,2}")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AdminArea:
    """One administrative unit.

    Parameters
    ----------
    osm_type, osm_id
        ``"r"`` or ``"w"`` and the id.
    level
        ``admin_level``.
    name, name_en, code
        As tagged; empty where absent.
    geometry
        Valid (Multi)Polygon in WGS84 degrees, None where the outline is not complete.
    missing_members
        Member ways that the extract does not hold whole.
    mended
        A short gap was closed by a straight line, or a faulty ring was made valid.
    """

    osm_type: str
    osm_id: int
    level: int
    name: str
    name_en: str
    code: str
    geometry: BaseGeometry | None
    missing_members: int
    mended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminDraft:
    """An administrative relation or closed way, as read: members but no geometry yet."""

    osm_type: str
    osm_id: int
    level: int
    names: tuple[str, str, str]  # name, name:zh, name:en
    code: str
    members: tuple[tuple[int, str], ...]  # (way id, role), each way once


def admin_draft(thing: Any, members: Sequence[tuple[int, str]]) -> AdminDraft | Finding:
    """Read the tags of a ``boundary=administrative`` object.

    Returns
    -------
    The draft, or the finding that its level is no number.
    """
    get = thing.tags.get
    level = (get("admin_level") or "").strip()
    kind = thing.type_str()
    if not _LEVEL.fullmatch(level):
        return Finding(
            kind="admin-level-unreadable",
            where=f"{kind}{thing.id}",
            values={"name": get("name") or "", "admin_level": level},
        )
    rings = {ref: role for ref, role in members if role in RING_ROLES}
    code = next((value.strip() for key in _CODE_KEYS if (value := get(key))), "")
    return AdminDraft(
        osm_type=kind,
        osm_id=thing.id,
        level=int(level),
        names=(get("name") or "", get("name:zh") or "", get("name:en") or ""),
        code=code,
        members=tuple(sorted(rings.items())),
    )


def admin_areas(
    drafts: Sequence[AdminDraft], lines: Mapping[int, BaseGeometry]
) -> tuple[AdminArea, ...]:
    """Assemble the outlines.

    Parameters
    ----------
    drafts
        As read.
    lines
        LineString of each member way that the extract holds whole.

    Returns
    -------
    Sorted by level, type and id. Closed ways that only draw a relation of their own level are left
    out.
    """
    taken = {(d.level, ref) for d in drafts if d.osm_type == "r" for ref, _ in d.members}
    areas = [
        _area(draft, lines)
        for draft in drafts
        if draft.osm_type == "r"
        or ((draft.level, draft.osm_id) not in taken and draft.names[0] and draft.osm_id in lines)
    ]
    return tuple(sorted(areas, key=lambda a: (a.level, a.osm_type, a.osm_id)))


def _area(draft: AdminDraft, lines: Mapping[int, BaseGeometry]) -> AdminArea:
    present = [(lines[ref], role) for ref, role in draft.members if ref in lines]
    missing = len(draft.members) - len(present)
    geometry, mended = _outline(present, missing)
    name, chinese, english = (text.strip() for text in draft.names)
    if not name and chinese and geometry is not None:
        centre = geometry.centroid
        name = chinese if in_china(centre.x, centre.y) else ""
    return AdminArea(
        osm_type=draft.osm_type,
        osm_id=draft.osm_id,
        level=draft.level,
        name=name or english,
        name_en=english,
        code=draft.code,
        geometry=geometry,
        missing_members=missing,
        mended=mended,
    )


def _outline(
    present: Sequence[tuple[BaseGeometry, str]], missing: int
) -> tuple[BaseGeometry | None, bool]:
    if not present:
        return None, False
    lines, roles = [line for line, _ in present], [role for _, role in present]
    made = assemble(lines, roles)
    outline_deg = sum(line.length for line in lines)
    spur = made.loose * _DEGREE_M <= min(_GAP_M, _GAP_SHARE * outline_deg * _DEGREE_M)
    if made.geometry is not None and not missing and spur:
        return made.geometry, made.crossed or made.loose > 0.0
    # Missing whole rings leave no open ends: such an outline cannot be trusted and stays None.
    segments = closing_segments(lines, longest_m=_GAP_M, share=_GAP_SHARE)
    if not segments:
        return None, False
    made = assemble([*lines, *segments], [*roles, *["outer"] * len(segments)])
    if made.geometry is None or made.loose:
        return None, False
    return made.geometry, True
