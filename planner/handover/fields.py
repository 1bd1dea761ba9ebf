"""What a field of a handed-over layer is called, in every format: the one definition of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.wording.language import Language

__all__ = ["CELLS", "EDITS", "NO_GO", "SITES", "TOWNSHIPS", "Field", "FieldType"]

UNITS_ZH = {"m": "米", "s": "秒", "kg/d": "公斤/日"}
"""Units as a Chinese title has them."""
FieldType = Literal["text", "whole", "number", "yes"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One column.

    Parameters
    ----------
    key
        Its name in GeoJSON, GeoPackage and KML.
    code
        Its name in Shapefiles, which hold ten bytes: the initials of the Chinese name's pinyin, as
        land and planning data have them (XZQDM, XZQMC …).
    zh, en
        Its title.
    type
        ``"yes"`` is true or false; 1 or 0 in Shapefiles.
    unit
        Empty where it has none: "人", "m", "s", "kg/d".
    decimals
        Of a number.
    """

    key: str
    code: str
    zh: str
    en: str
    type: FieldType = "text"
    unit: str = ""
    decimals: int = 0

    def title(self, language: Language) -> str:
        """Title with its unit."""
        title = self.zh if language == "zh" else self.en
        if not self.unit:
            return title
        if language == "zh":
            return f"{title}（{UNITS_ZH.get(self.unit, self.unit)}）"
        # English titles of people say so already.
        return title if self.unit == "人" else f"{title} ({self.unit})"


def _people(key: str, code: str, zh: str, en: str) -> Field:
    return Field(key=key, code=code, zh=zh, en=en, type="whole", unit="人")


def _kg(key: str, code: str, zh: str, en: str) -> Field:
    return Field(key=key, code=code, zh=zh, en=en, type="number", unit="kg/d", decimals=3)


def _yes(key: str, code: str, zh: str, en: str) -> Field:
    return Field(key=key, code=code, zh=zh, en=en, type="yes")


def _text(key: str, code: str, zh: str, en: str) -> Field:
    return Field(key=key, code=code, zh=zh, en=en)


_ID = _text("id", "BH", "编号", "id")
_NAME = _text("name", "MC", "名称", "name")
_KIND = _text("kind", "LX", "类型代码", "kind")
_KIND_NAME = _text("kind_name", "LXMC", "类型", "kind in words")
_EXISTING = _yes("existing", "SFXY", "是否现有", "stands already")
_TOWNSHIP = _text("township", "XZQMC", "所在乡镇", "township")
_CAVEATS = (
    _yes("estimated", "SFGJ", "人口分布是否估计", "spread of people is estimated"),
    _text("impedance", "JLLX", "距离类型", "kind of distance"),
)

SITES = (
    _ID,
    _text("role", "LB", "类别代码", "role"),
    _text("role_name", "LBMC", "类别", "role in words"),
    *(_KIND, _KIND_NAME, _NAME, _EXISTING),
    _text("township_code", "XZQDM", "所在乡镇代码", "code of the township"),
    _TOWNSHIP,
    _people("people", "FWRK", "服务人口", "people served"),
    _people(
        "lost", "SQRK", "若无此点将失去服务的人口", "people without a site if it were not there"
    ),
    _kg("kg_day", "RHSL", "日回收量", "recyclables a day"),
    Field(
        key="score",
        code="SYXPF",
        zh="适宜性评分",
        en="suitability score",
        type="number",
        decimals=4,
    ),
    _text("against", "BLYS", "不利因素", "criteria against it"),
    *_CAVEATS,
)
"""Open sites."""

TOWNSHIPS = (
    _text("code", "XZQDM", "行政区代码", "code"),
    _text("name", "XZQMC", "行政区名称", "name"),
    _people("people", "RK", "人口", "people"),
    _people("covered", "FGRK", "覆盖人口", "people covered"),
    Field(key="share", code="FGL", zh="覆盖率", en="share covered", type="number", decimals=6),
    _people("covered_low", "FGRKXX", "覆盖人口下限", "people covered, at least"),
    _people("covered_high", "FGRKSX", "覆盖人口上限", "people covered, at most"),
    _yes("people_estimated", "RKSFGJ", "人口是否估计", "people are estimated"),
    Field(key="households", code="HS", zh="户数", en="households", type="whole"),
    _kg("kg_day", "RCSL", "日产生量", "recyclables a day"),
    _kg("covered_kg_day", "FGRCSL", "覆盖日产生量", "recyclables a day covered"),
    Field(key="sites", code="HSDS", zh="回收点数", en="sites", type="whole"),
    Field(key="required", code="YSDS", zh="应设点数", en="sites required", type="whole"),
    _yes("pass", "SFDB", "是否达标", "passes"),
    Field(
        key="worst_m", code="ZYJL", zh="最远距离", en="worst distance", type="number", unit="m",
        decimals=2,
    ),
    Field(
        key="worst_s", code="ZYSJ", zh="最长时间", en="worst time", type="number", unit="s",
        decimals=2,
    ),
    _text("reason", "YY", "原因", "reason"),
    *_CAVEATS,
)  # fmt: skip
"""Townships."""

CELLS = (
    _ID,
    _people("people", "RK", "人口", "people"),
    _TOWNSHIP,
    _yes("urban", "SFZCQ", "是否主城区", "in the main urban area"),
    _text("site", "HSDBH", "服务回收点编号", "site that serves it"),
    Field(
        key="distance_m", code="JL", zh="到回收点距离", en="distance to it", type="number",
        unit="m", decimals=2,
    ),
    Field(
        key="time_s", code="SJ", zh="到回收点时间", en="time to it", type="number", unit="s",
        decimals=2,
    ),
    _text("state", "ZT", "状态代码", "state"),
    _text("state_name", "ZTMC", "状态", "state in words"),
    *_CAVEATS,
)  # fmt: skip
"""Demand cells, all or those without a site."""

NO_GO = (Field(key="id", code="BH", zh="编号", en="id"), _NAME)
"""Areas drawn by hand in which no new site may stand."""

EDITS = (
    _ID,
    _text("change", "XGDM", "修改代码", "change"),
    _text("change_name", "XGMC", "修改", "change in words"),
    *(_KIND, _KIND_NAME, _NAME, _EXISTING),
)
"""Points added, closed and forced by hand."""
