"""Errors in Chinese: every text that the source can raise, and errors that readers do raise."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.bundle import load_bundle
from geo.errors import CandidateError, GeoError, InputError, PopulationError
from geo.growth import read_growth
from geo.kinds import read_kinds
from geo.osm_file import open_osm
from geo.own_file import read_own
from geo.population import read_population
from geo.reading import reading_of
from geo.table_file import read_table
from optimise import Infeasible, Problem, ProblemError, Travel, Undecided
from optimise.errors import (
    BudgetShort,
    CapacityShort,
    CostShort,
    QuotaShort,
    RulesClash,
    SitesShort,
    TargetShort,
)
from planner.cli import main
from planner.edits import read_edits
from planner.errors import PlanError, PlannerError, ScenarioError
from planner.regions.recipes import load_recipe
from planner.scenario import Scenario, read_scenario
from planner.wording.error_words import AREAS, ERROR_WORDS, MACHINE
from planner.wording.errors import Pattern, patterns_of, say_error, say_part, say_text
from tests.planner.error_templates import ROOT, VALUE, Module, Reader, read

UNFINISHED: tuple[str, ...] = ()
"""Rooms whose errors are still to be put into words, or bring their own."""

NO_TEXT = {
    "a {}",
    "{} ({}) ({}) ({}) ({})",
    "cannot be read as OSM data",
    "is truncated or damaged",
    "none",
}
"""What following names through the source finds, though it never is a whole text."""

NAMES_ONLY = ("planner/store/",)
"""Errors that are made from a name and look their words up themselves."""

SAMPLES = {
    "cannot be written ({})": ("Permission denied",),
    "has no administrative boundaries to take for townships ({}) and no place nodes to draw "
    "cells around": ("level 6: 0 complete of 1, level 8: 2 complete of 3",),
    "no complete administrative boundary at admin_level {} (there are {})": (
        "9",
        "level 8: 2 complete of 3",
    ),
    "its coordinates are not {} but {}: read so they fit the {} (confidence {} %)": (
        "WGS84",
        "GCJ-02",
        "borders to 30 m, 520 m from where they lie as they are",
        "97",
    ),
    "names no coordinate system; as {} its coordinates fit the {} (confidence {} %)": (
        "CGCS2000",
        "roads",
        "97",
    ),
    "{}, e.g. EPSG:4490 for CGCS2000 degrees (or say it with --convert epsg:4490)": (
        "Put its .prj beside it",
    ),
    "{}, e.g. EPSG:4490 for CGCS2000 degrees (or say it with --convert {}=epsg:4490)": (
        "Set the layer's system (QGIS: Layer CRS)",
        "urban",
    ),
    "nobody lives there by the estimate from {} ({} townships of {} km2)": (
        "building floor area, land area",
        "3",
        "12",
    ),
    "nobody lives there by the {}: {}; spread over {} ({} townships of {} km2)": (
        "p.csv",
        "2 townships with figures of their own, 1 estimated",
        "local streets",
        "3",
        "12",
    ),
    "{}: it asks to come back in {} minutes": ("does not answer in time", "7"),
    "Check the spelling, add what it lies in (朝阳区, 长春市), or: {}": (
        "give a drawn polygon (geojson file) instead",
    ),
    "Name the county or city it lies in. Or: {}": ("give a drawn polygon (geojson file) instead",),
    "Did you mean the recipe {}? {}": ("jingdezhen", "Give the name of a place"),
    "no plan that serves enough was found ({}); none is below {}": ("time limit", "3"),
    "no plan of {} sites that reaches everybody was found ({})": ("4", "work limit"),
    "no plan that keeps every rule was found ({}), nor a proof that there is none": ("cancelled",),
    "no plan that keeps every rule was found ({})": ("gap",),
    "no plan was found ({})": ("time limit",),
    "no plan of {} sites that serves everybody was found ({}); at least {} are needed and {} "
    "would do": ("3", "None", "4", "5"),
}
"""Values of the texts that take no names but texts of ours."""

PLACE_FAULTS = (
    "{} is no place in WKT",
    "{} is not within -{} to {} degrees",
    "{} is no coordinate",
    "{} is no place on earth",
    "Give decimal degrees in WGS84",
    "Longitude and latitude may be exchanged; give decimal degrees in WGS84",
)
"""Faults of rows, which no constructor of an error names."""


ASSEMBLED = {
    "Give one line of text",
    "Give one year for each site",
    "at most {} sites may be open and at least {} are needed; {} would do",
    "give a drawn polygon (geojson file) instead",
    "has a null character in 'its headings' ({})",
    "the budget is {} and at least {} is needed; {} would do",
    "the rules cannot all hold: {}",
    "{}: no geometry",
}
"""Texts that are put together from values while the program runs."""


@pytest.fixture(scope="module")
def modules() -> dict[str, Module]:
    return read(("geo", "planner", "optimise"))


@pytest.fixture(scope="module")
def reader(modules: dict[str, Module]) -> Reader:
    # What unfinished rooms hand to helpers of others is theirs too.
    return Reader(
        {
            name: module
            for name, module in modules.items()
            if not str(module.path.relative_to(ROOT)).startswith((*UNFINISHED, "planner/wording/"))
        }
    )


@pytest.fixture(scope="module")
def whole(modules: dict[str, Module]) -> Reader:
    """Unfinished rooms too."""
    return Reader(modules)


@cache
def _texts(reader: Reader) -> dict[str, set[str]]:
    """Every text of an error, with where it is made."""
    found: dict[str, set[str]] = {}
    for site in reader.sites():
        bare = not site.text.replace(VALUE, "").strip(" .")
        left_out = site.where.startswith(NAMES_ONLY) or site.text in NO_TEXT
        if site.part != "where" and not bare and not left_out:
            found.setdefault(site.text.removesuffix("."), set()).add(site.where)
    return found


def _tokens(text: str) -> list[str]:
    return [f"⟦{at}⟧" for at in range(text.count(VALUE))]


def _filled(text: str, values: tuple[str, ...] | list[str]) -> str:
    first, *rest = text.split(VALUE)
    return first + "".join(value + piece for value, piece in zip(values, rest, strict=True))


def _english_in(text: str) -> list[str]:
    """Running English words: two or more plain ones in a row."""
    return re.findall(r"(?<![\w./=:-])[a-z]{2,}(?: [a-z]{2,})+(?![\w/=:])", text)


def test_texts_are_read_off_the_source(reader: Reader) -> None:
    # Known by reading: a constant, an f-string, a helper's argument, two alternatives, a class's.
    found = _texts(reader)
    assert len(found) > 600
    for text in (
        "is empty (0 bytes)",
        "no field {} (there are: {})",
        "holds {} twice",
        "Give a number from {} to {}",
        "has no coordinate system",
        "Give numbers",
        "Run the same command again: it goes on from the answers already kept",
    ):
        assert text in found, text


def test_every_text_has_its_chinese(reader: Reader) -> None:
    missing = []
    found = {**{text: {"geo/placing.py"} for text in PLACE_FAULTS}, **_texts(reader)}
    for text, places in sorted(found.items()):
        said = say_text(_filled(text, _tokens(text)))
        if said is None and text in SAMPLES:
            said = say_text(_filled(text, SAMPLES[text]))
            lost = [] if said is None else _english_in(said)
        else:
            lost = [] if said is None else [one for one in _tokens(text) if one not in said]
        if said is None or lost:
            missing.append(f"{', '.join(sorted(places))}: {text!r} -> {said} {lost}")
    assert not missing, "no Chinese (planner/error_words*.py):\n" + "\n".join(missing)


def test_samples_are_of_texts_that_there_are(whole: Reader) -> None:
    assert SAMPLES.keys() <= _texts(whole).keys()


def test_every_text_of_the_table_is_raised_somewhere(
    whole: Reader, modules: dict[str, Module]
) -> None:
    # What nobody raises any more is to go; parts of texts are found in those they stand in.
    seen = [*_texts(whole), *PLACE_FAULTS, *(_filled(t, v) for t, v in SAMPLES.items())]
    sources = "".join(
        re.sub(r'"\s*\n\s*f?"', "", module.path.read_text("utf-8"))
        for module in modules.values()
        if "error_words" not in module.name
    )
    unused = {
        key
        for key, pattern in _by_key().items()
        if not all(piece in sources for piece in key.split(VALUE))
        and not any(pattern.values(text) is not None for text in seen)
    }
    assert unused <= ASSEMBLED


@cache
def _by_key() -> dict[str, Pattern]:
    return {key: patterns_of({key: ERROR_WORDS[key]})[0] for key in ERROR_WORDS}


def test_no_text_stands_in_two_areas() -> None:
    assert sum(map(len, AREAS)) == len(ERROR_WORDS)


def test_of_two_texts_that_fit_one_is_more_specific_and_taken() -> None:
    alike, lost = [], []
    texts = {key: _filled(key, _tokens(key)) for key in ERROR_WORDS}
    for key, own in _by_key().items():
        for other, pattern in _by_key().items():
            if other != key and pattern.values(texts[key]) is not None:
                if own.values(texts[other]) is not None:
                    alike.append((key, other))
                if pattern.rank >= own.rank:
                    lost.append((key, other))
    assert not alike
    assert not lost


def test_chinese_names_every_value_once_and_no_english() -> None:
    for english, chinese in ERROR_WORDS.items():
        named = sorted(int(one) for one in re.findall(r"\{(\d)(?::\w+)?\}", chinese))
        assert named == list(range(english.count(VALUE))), english
        bare = re.sub(r"\{\d(?::\w+)?\}", "", chinese)
        assert re.search(r"[\u4e00-\u9fff：]", bare), english
        commands = re.sub(r"(recyclenet \w+|osmium [\w-]+|make setup)[^，；）]*", "", bare)
        assert not _english_in(commands), english
        # Marks between Chinese are Chinese; the two names are the English text's own.
        marks = r"[\u4e00-\u9fff][,;:!?](?!\d)"
        assert not re.search(marks, bare.replace("朝阳区, 长春市", "")), english


# Errors as they are raised.


def _table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


BROKEN: list[tuple[str, Callable[[Path], object], tuple[str, ...]]] = [
    (
        "no such table",
        lambda folder: read_table(folder / "人口.csv", PopulationError),
        ("没有此文件", "请核对路径", "人口.csv"),
    ),
    (
        "a folder for a table",
        lambda folder: read_table(folder, PopulationError),
        ("不是文件",),
    ),
    (
        "people that are no number",
        lambda folder: read_population(_table(folder, "p.csv", "name,people\n新都镇,many\n")),
        ("p.csv 第 2 行，people：", "“many” 不是数字", "12345"),
    ),
    (
        "no people column",
        lambda folder: read_population(_table(folder, "p.csv", "name,colour\n新都镇,red\n")),
        ("找不到人口列", "name, colour", "--population-field"),
    ),
    (
        "a heading only",
        lambda folder: read_population(_table(folder, "p.csv", "name,people\n")),
        ("只有表头，没有数据",),
    ),
    (
        "cells beyond the headings",
        lambda folder: read_table(
            _table(folder, "p.csv", "name,people\n新都镇,1,2\n"), PopulationError
        ),
        ("第 2 行", "有 3 个单元格，表头只有 2 列", "分隔符"),
    ),
    (
        "kinds without a column",
        lambda folder: read_kinds(_table(folder, "kinds.csv", "key,value\n")),
        ("kinds.csv", "没有列", "请给出各列"),
    ),
    (
        "a web page for an extract",
        lambda folder: open_osm(_table(folder, "x.osm.pbf", "<!doctype html><html></html>")),
        ("不是 OSM 数据（是网页，下载失败）", ".osm.pbf"),
    ),
    (
        "an empty extract",
        lambda folder: open_osm(_table(folder, "x.osm.pbf", "")),
        ("为空（0 字节）", "请重新下载或导出"),
    ),
    (
        "broken GeoJSON",
        lambda folder: read_own(
            _table(folder, "a.geojson", "{"), wanted="outlines", error=CandidateError
        ),
        ("a.geojson", "GeoJSON"),
    ),
    (
        "a file of an unknown kind",
        lambda folder: read_own(
            _table(folder, "a.dwg", "AC1015"), wanted="outlines", error=CandidateError
        ),
        ("不支持 .dwg 文件", "Shapefile"),
    ),
    ("no bundle", load_bundle, ("不是区域数据文件夹", "recyclenet import")),
    ("a reading", lambda _: reading_of("mars", None), ("--convert：“mars” 不是坐标读法", "gcj02")),
    (
        "a growth",
        lambda _: read_growth("fast", from_year=2020, to_year=2027),
        ("--growth：“fast” 既不是增长率，也不是文件", "0.4%"),
    ),
    ("a radius", lambda _: Scenario(radius_m=-3.0), ("radius_m：不能为 -3.0", "之间的数")),
    ("a mode", lambda _: Scenario(mode="fly"), ("mode：不能为 “fly”", "walk")),
    (
        "an unknown field",
        lambda folder: read_scenario(_table(folder, "s.toml", "[scenario]\nradius = 3\n")),
        ("未知字段 “radius”", "可用：", "radius_m"),
    ),
    (
        "no table",
        lambda folder: read_scenario(_table(folder, "s.toml", "a = 3\n")),
        ("没有表 [scenario]",),
    ),
    (
        "no TOML",
        lambda folder: read_scenario(_table(folder, "s.toml", "= 3\n")),
        ("不是 UTF-8 编码的 TOML",),
    ),
    ("edits", lambda _: read_edits({"closed": "n1"}), ("edits.closed", "应为列表")),
    ("a recipe", lambda _: load_recipe("atlantis"), ("没有现成区域 “atlantis”", "jingdezhen")),
]


@pytest.mark.parametrize(("make", "parts"), [row[1:] for row in BROKEN], ids=[r[0] for r in BROKEN])
def test_what_readers_raise(
    tmp_path: Path, make: Callable[[Path], object], parts: tuple[str, ...]
) -> None:
    with pytest.raises(GeoError) as raised:
        make(tmp_path)
    said = say_error(raised.value, "zh")
    for part in parts:
        assert part in said
    assert not _english_in(re.sub(r"（[^）]*）|recyclenet import.*", "", said))
    assert say_error(raised.value, "en") == str(raised.value)


def _travel() -> Travel:
    return Travel(indptr=[0, 1], indices=[0], impedance=[1.0], cutoff=9.0)


def test_what_the_optimiser_refuses() -> None:
    with pytest.raises(ProblemError) as raised:
        Problem(n_sites=1, travel=_travel(), weights=[-2.0])
    assert say_error(raised.value, "zh") == "Problem.weights：第 0 项为 -2.0。应为不小于 0 的有限数"
    for wrapped in (
        PlannerError(str(raised.value)),
        PlanError(str(raised.value), zh=str(raised.value), where="optimiser"),
    ):
        wrapped.__cause__ = raised.value
        assert say_error(wrapped, "zh") == say_error(raised.value, "zh")


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (QuotaShort(zone=3, have=1, need=2), "分区 3 需要 2 个网点，只有 1 个可选"),
        (
            BudgetShort(max_sites=4, least=6, existing=5, new_for_quotas=1),
            "max_sites 为 4，至少需要 6 个（现有 5 个，按各区最低数量再加 1 个）",
        ),
        (SitesShort(max_sites=4, least=6, enough=7), "至少需要 6 个；7 个够用"),
        (SitesShort(max_sites=4, least=6, enough=None), "最多可设 4 个网点，至少需要 6 个"),
        (CostShort(budget=4.0, least=6.0, enough=None), "预算为 4，至少需要 6"),
        (RulesClash(rules=(("quota", 3),)), "下列规则不能同时满足：quota 3"),
        (CapacityShort(group="老城; 新区", need=4.0, most=2.0), "分组 “老城; 新区”：需服务 4"),
        (
            TargetShort(group="all", share=0.9, attainable=0.5, total=4.0, coverable=2.0,
                        stranded=np.array([1, 2], np.int32)),
            "要求覆盖 0.9，可设的网点全部启用也只有 0.5（2 个单元在半径内没有网点）",
        ),
    ],
)  # fmt: skip
def test_why_a_question_has_no_answer(fact: object, said: str) -> None:
    other = QuotaShort(zone=8, have=0, need=1)
    assert said in say_error(Infeasible((fact,)), "zh")  # type: ignore[arg-type]
    both = say_error(Infeasible((fact, other)), "zh")  # type: ignore[arg-type]
    assert both.endswith("；分区 8 需要 1 个网点，只有 0 个可选")


def test_a_search_that_was_ended() -> None:
    error = Undecided(
        "no plan that keeps every rule was found (time limit)",
        remedy="Allow more time, or drop a rule.",
    )
    assert say_error(error, "zh") == (
        "未找到满足全部规则的方案（已达时限）。请延长时间，或去掉一条规则"
    )


def test_an_error_within_an_error_is_said_too() -> None:
    inner = ScenarioError("-3 is not allowed", where="radius_m", remedy="Give a number")
    outer = PlannerError(f"is not the scenario of a plan ({inner})", where="p")
    outer.__cause__ = inner
    assert say_error(outer, "zh") == "p：不是规划方案的参数（radius_m：不能为 -3。应为数字）"


def test_what_a_machine_says() -> None:
    for english, chinese in MACHINE.items():
        assert say_error(InputError(f"cannot be written ({english})"), "zh") == (
            f"无法写入（{chinese}）"
        )
        assert say_part(english, "zh") == chinese
        assert say_part(english, "en") == english
    assert say_part("no roads", "zh") == "no roads"


def test_the_remedy_may_be_left_out() -> None:
    error = InputError("is empty", where="a.csv", remedy="Check the path")
    assert say_error(error, "zh", remedy=False) == "a.csv：为空"
    assert say_error(error, "en", remedy=False) == "a.csv: is empty"
    assert say_error(error, "zh") == "a.csv：为空。请核对路径"


def test_chinese_of_its_own_comes_first_unless_it_is_none() -> None:
    assert say_error(PlanError("is empty", zh="没有网点"), "zh") == "没有网点"
    assert say_error(PlanError("is empty", zh="is empty"), "zh") == "为空"
    assert say_error(PlanError("is 镇, is odd", zh="is 镇, is odd"), "zh") == "is 镇, is odd"


@pytest.mark.parametrize(
    ("what", "remedy"),
    [("is empty", "Stand on your head"), ("cannot dance on sundays", "Check the path"),
     ("is much too odd", ""), ("has too many odd things", "Give it another try on monday")],
)  # fmt: skip
def test_an_error_with_an_unknown_part_stays_english(what: str, remedy: str) -> None:
    error = InputError(what, where="a.csv", remedy=remedy)
    assert say_error(error, "zh") == str(error)


def test_other_errors_stay_as_they_are() -> None:
    assert say_error(ValueError("is empty"), "zh") == "is empty"


PIECES = st.sampled_from(["a", "aa", "b", " ", "ab", ""])


@given(pieces=st.lists(PIECES, min_size=1, max_size=5), text=st.text("ab ", max_size=14))
def test_a_pattern_fits_as_a_regular_expression_does(pieces: list[str], text: str) -> None:
    expected = re.fullmatch("(.*?)".join(map(re.escape, pieces)), text, re.DOTALL)
    found = Pattern(tuple(pieces), "").values(text)
    assert (found is None) == (expected is None)
    if found is not None:
        assert len(found) == len(pieces) - 1
        assert _filled(VALUE.join(pieces), found) == text


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(sorted(ERROR_WORDS)),
    st.sampled_from(["{0}", "{1:zh}", "); DROP", "a" * 5000, "' (there are: ", "第 {} 行"]),
)


@given(name=HOSTILE, there=HOSTILE, where=HOSTILE)
def test_values_of_users_come_through_whole(name: str, there: str, where: str) -> None:
    # A name that holds the text's own middle may be parted there: nothing is lost, only moved.
    assume(" (there are: " not in name and " (there are: " not in there)
    error = InputError(f"no field {name!r} (there are: {there})", where=where)
    said = say_error(error, "zh")
    flat = " ".join(f"{name!r}".split())
    assert flat.strip("'\"") in said
    assert " ".join(there.split()) in said or there == "no fields"
    assert said.count("\n") == 0


def test_much_text_is_no_trouble() -> None:
    # Every piece of the text is there thousands of times over, but the end is wrong.
    what = "no field" + " (there are: y" * 20_000 + "x"
    assert say_error(InputError(what), "zh") == what


# Where errors are shown.


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "nowhere", "--out", "out", "--lang", "zh"], "不是区域数据文件夹"),
        (["plan", "b", "--out", "o", "--radius", "-3", "--lang", "zh"], "radius_m：不能为 -3.0"),
        (["import", "--out", "o", "--lang", "zh"], "未给出 OSM 数据，也未给出边界文件"),
        (["inspect", "nowhere.csv", "--lang", "zh"], "没有此文件"),
        (["check", "nowhere", "--lang", "zh"], "无法读取（没有该文件或文件夹）"),
    ],
)
def test_the_command_line_says_it_in_chinese(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    chinese = capsys.readouterr().err
    assert said in chinese
    assert len(chinese.splitlines()) == 1
    assert main([*arguments[:-1], "en"]) == 2
    assert not re.search(r"[\u4e00-\u9fff]", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.geojson", b'{"a": 1}', "内容是另一种格式"),
        ("b.geojson", b'{"type": "FeatureCollection", "features": [{"type":', "JSON 不完整"),
        ("c.gpkg", b"SQLite format 3\0" + bytes(2000), "内容不是数据库"),
        ("d.zip", b"PK\x03\x04" + b"junk" * 50, "不是 zip 格式"),
    ],
)
def test_own_files_are_refused_without_a_library_s_english(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_own(path, wanted="outlines", error=InputError)
    line = say_error(caught.value, "zh")
    assert said in line and not re.search(r"[a-z]{4,} [a-z]{2,}|DRIVER|SELECT", line), line
    assert "DRIVER" not in str(caught.value) and "SELECT" not in str(caught.value)
