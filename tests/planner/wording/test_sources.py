from __future__ import annotations

import re

import pytest

from geo.bundle import Bundle
from planner.ui.answer import region
from planner.wording.sources import boundaries_said, people_said

LATIN = re.compile(r"[a-z]{4,}")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("OSM admin_level=10", "OSM 行政边界（10 级）"),
        ("OSM place nodes (approximate)", "OSM 地名点（近似划分）"),
        ("file 乡镇 file.geojson", "文件 乡镇 file.geojson"),
        ("something new", "something new"),
    ],
)
def test_boundaries(source: str, said: str) -> None:
    assert boundaries_said(source, "zh") == said
    assert boundaries_said(source, "en") == source


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "人口: a.csv: 2 townships with figures of their own, 33 sharing wider totals, "
            "1 estimated; spread over building floor area, residential land",
            "人口: a.csv（2 个乡镇有单独数字，33 个乡镇分摊上级合计，1 个乡镇为估计；"
            "按建筑面积、居住用地分摊）",
        ),
        (
            "estimate from population raster 人口.tif, local streets, land area",
            "按人口栅格 人口.tif、居民区道路、土地面积估计",
        ),
        ("a.csv: 1 of a new sort; spread over land area",) * 2,
        ("a.csv: 1 estimated; spread over the moon",) * 2,
        ("estimate from nothing",) * 2,
        ("9" * 5000 + ": 1 estimated; spread over land area",) * 2,
        ("", ""),
    ],
)
def test_people(source: str, said: str) -> None:
    assert people_said(source, "zh") == said
    assert people_said(source, "en") == source


def test_what_imports_write_is_known(town: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECYCLENET_BUNDLE", raising=False)
    for bundle in (town, region()):  # the embedded sample too
        assert not LATIN.search(boundaries_said(bundle.region.source, "zh"))
        people = people_said(bundle.demand.source, "zh")
        assert people != bundle.demand.source
        assert not LATIN.search(re.sub(r"\S+\.csv", "", people)), people
