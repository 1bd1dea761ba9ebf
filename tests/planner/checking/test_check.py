from __future__ import annotations

import csv
import dataclasses
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.bundle import Bundle
from geo.errors import BundleError
from planner.checking.check import check_plan
from planner.checking.files import bundle_of
from planner.edits import Edits
from planner.errors import OutputError
from planner.outputs import write_plan
from planner.plan import Plan as PlanOf
from planner.plan import make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario, read_scenario
from tests.town import write_town

Plan = dict[str, Any]
Change = Callable[[Plan], None]


def _told(folder: Path, file: str, change: Callable[[Any], None]) -> str:
    """Change a JSON file, check the plan, put the file back; everything that differs."""
    path = folder / file
    honest = path.read_text("utf-8")
    content = json.loads(honest)
    change(content)
    assert content != json.loads(honest)
    path.write_text(json.dumps(content), "utf-8")
    differences = check_plan(folder).differences
    path.write_text(honest, "utf-8")
    assert all("\n" not in line and len(line) < 600 for line in differences)
    return "\n".join(differences)


def _at(*keys: Any, to: Any) -> Change:
    def change(plan: Any) -> None:
        for key in keys[:-1]:
            plan = plan[key]
        plan[keys[-1]] = to(plan[keys[-1]]) if callable(to) else to

    return change


def _more(by: float) -> Callable[[float], float]:
    return lambda value: value + by


@pytest.fixture(scope="module")
def honest(town_plan: PlanOf, town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan's files, for tests that put back what they change."""
    folder = tmp_path_factory.mktemp("honest") / "plan"
    write_plan(town_plan, folder, bundle_path=town_path)
    return folder


def test_an_honest_plan_agrees(plan_folder: Path) -> None:
    report = check_plan(plan_folder)
    assert report.differences == ()
    assert report.checked > 1000


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=600.0, objective="cost", township_target=0.3, mode="drive"),
        Scenario(radius_m=150.0, max_sites=5, keep_existing=False),
        Scenario(radius_m=50.0, min_per_township=0, urban_target=None, keep_existing=False),
        Scenario(radius_m=250.0, min_per_township=400, urban_target=0.0),
    ],
)
def test_honest_plans_of_all_sorts_agree(
    town: Bundle, town_path: Path, tmp_path: Path, scenario: Scenario
) -> None:
    plan = make_plan(town, scenario)
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    assert check_plan(tmp_path / "plan").differences == ()


LON, LAT = 117.2, 29.3


@pytest.fixture(scope="module")
def edited_folder(town: Bundle, town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with every sort of edit, townships without candidates left and cells out of reach."""
    folder = tmp_path_factory.mktemp("edited") / "plan"
    frame = town.candidates.frame
    there = [frame.loc[frame["township"] == t, "id"].tolist() for t in range(4)]
    standing = frame.loc[frame["existing"], "id"].tolist()
    ring = ((LON, LAT), (LON + 0.02, LAT), (LON + 0.02, LAT + 0.02), (LON, LAT + 0.02))
    edits = Edits(closed=(*there[0], standing[0], "n424242"), forced=(there[2][0],))
    edits = edits.with_added(LON + 0.001, LAT - 0.001, name="=甲 <b>", kind="supermarket")
    edits = edits.with_added(LON + 0.003, LAT + 0.004, existing=True).with_no_go(ring)
    scenario = Scenario(radius_m=350.0, urban_target=None, edits=edits)
    plan = make_plan(town, scenario)
    write_plan(plan, folder, bundle_path=town_path)
    assert {row["pass"] for row in plan.record["townships"]} == {True, False}
    kinds = {warning["kind"] for warning in plan.record["warnings"]}
    assert {"edited", "quota-unmeetable-edits", "edits-ruled-out", "edits-closed-unknown"} <= kinds
    return folder


def test_an_honest_plan_of_an_edited_region_agrees(edited_folder: Path) -> None:
    assert check_plan(edited_folder).differences == ()


def test_warnings_of_edits_cannot_be_left_out_or_miscounted(edited_folder: Path) -> None:
    warnings = json.loads((edited_folder / "plan.json").read_text("utf-8"))["warnings"]
    for row, warning in enumerate(warnings):
        kind = warning["kind"]
        if not kind.startswith("edit"):
            continue

        def drop(plan: Plan, row: int = row) -> None:
            del plan["warnings"][row]

        assert kind in _told(edited_folder, "plan.json", drop)
        other = _at("warnings", row, "en", to="77 of them")
        assert kind in _told(edited_folder, "plan.json", other)


@pytest.mark.parametrize("other", ["forced", "closed", "no_go", "added", "none"])
def test_a_plan_that_breaks_its_edits_is_found(
    edited_folder: Path, tmp_path: Path, other: str
) -> None:
    """The scenario is changed in both files, so that only what the plan does can give it away."""
    folder = tmp_path / "plan"
    shutil.copytree(edited_folder, folder)
    scenario = read_scenario(folder / "scenario.toml")
    sites = json.loads((folder / "sites.geojson").read_text("utf-8"))["features"]
    new = [f["properties"]["id"] for f in sites if not f["properties"]["existing"]]
    edits = scenario.edits
    lon, lat = next(f for f in sites if f["properties"]["id"] == new[0])["geometry"]["coordinates"]
    near = ((lon - 1e-5, lat - 1e-5), (lon + 1e-5, lat - 1e-5), (lon, lat + 1e-5))
    changed = {
        "forced": edits.with_forced(edits.closed[0]),
        "closed": edits.with_closed(new[0]),
        "no_go": edits.with_no_go(near),
        "added": dataclasses.replace(
            edits, added=(dataclasses.replace(edits.added[0], lon=LON + 9.0), *edits.added[1:])
        ),
        "none": Edits(),
    }[other]
    told = {
        "forced": "must be open are not",
        "closed": "closed by hand are open",
        "no_go": "stand in no-go areas",
        "added": "lie nowhere",
        "none": "no candidates",
    }
    claimed = dataclasses.replace(scenario, edits=changed)
    (folder / "scenario.toml").write_text(claimed.toml(), "utf-8")
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    plan["scenario"] = claimed.record()
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    assert any(told[other] in line for line in check_plan(folder).differences)


@pytest.fixture(scope="module")
def roadless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan on straight lines, where places near each other are no candidates of each other."""
    folder = tmp_path_factory.mktemp("roadless")
    extract = write_town(folder / "town.osm", roads=False)
    intake = Intake(extract=extract, straight_line=1.4)
    bundle = import_region(intake, folder / "bundle")
    plan = make_plan(bundle, Scenario(radius_m=250.0, max_sites=6))
    write_plan(plan, folder / "plan", bundle_path=folder / "bundle")
    return folder / "plan"


def test_an_honest_plan_of_few_people_agrees(roadless: Path, tmp_path: Path) -> None:
    # Whole metres or seconds in all are rough where they are few: so is the gap made of them.
    bundle = bundle_of(roadless, None)
    plan = make_plan(bundle, Scenario(minutes=6.0, max_sites=7, township_target=0.7))
    told = plan.record["tie_break"]
    assert abs(told["value"] - told["bound"]) / told["value"] - told["gap"] > 5e-6
    write_plan(plan, tmp_path / "plan", bundle_path=roadless.parent / "bundle")
    assert check_plan(tmp_path / "plan").differences == ()


def test_a_plan_on_straight_lines_agrees_and_says_so(roadless: Path) -> None:
    assert check_plan(roadless).differences == ()

    def silent(plan: Plan) -> None:
        plan["warnings"] = [w for w in plan["warnings"] if w["kind"] != "straight-line"]

    assert "straight-line" in _told(roadless, "plan.json", silent)
    roads = _at("data", "impedance", to="network:walk")
    assert "data.impedance" in _told(roadless, "plan.json", roads)
    on_roads = _at("features", 0, "properties", "impedance", to="straight-line")
    for name in ("sites", "townships", "demand", "uncovered"):
        assert "straight-line x 1.4" in _told(roadless, f"{name}.geojson", on_roads)


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ("people.covered", _at("people", "covered", to=_more(1))),
        ("people.total", _at("people", "total", to=_more(-1))),
        ("people.share", _at("people", "share", to=_more(0.01))),
        ("people.source", _at("people", "source", to="census")),
        ("people.estimated", _at("people", "estimated", to=False)),
        ("urban.covered", _at("urban", "covered", to=_more(1))),
        ("urban.met", _at("urban", "met", to=False)),
        ("urban.definition", _at("urban", "definition", to="file x")),
        ("status", _at("status", to="feasible")),
        ("status", _at("status", to="certain")),
        ("stopped", _at("stopped", to="tea")),
        ("stopped", _at("stopped", to="work limit")),
        ("objective.name", _at("objective", "name", to="cost")),
        ("objective.value", _at("objective", "value", to=_more(-1))),
        ("objective.bound", _at("objective", "bound", to=_more(2))),
        ("objective.gap", _at("objective", "gap", to=_more(0.01))),
        ("objective.proved_by", _at("objective", "proved_by", to="")),
        ("tie_break.name", _at("tie_break", "name", to="x")),
        ("tie_break.value", _at("tie_break", "value", to=_more(-20))),
        ("tie_break.gap", _at("tie_break", "gap", to=0.0)),
        ("tie_break.bound", _at("tie_break", "bound", to=10**12)),
        ("sites", _at("sites", to=1)),
        ("sites_new", _at("sites_new", to=99)),
        ("townships: covered", _at("townships", 0, "covered", to=0)),
        ("townships: sites", _at("townships", 0, "sites", to=7)),
        ("townships: required", _at("townships", 0, "required", to=0)),
        ("townships: pass", _at("townships", 0, "pass", to=None)),
        ("townships: name", _at("townships", 0, "name", to="x")),
        ("townships: a reason", _at("townships", 0, "reason", to="why")),
        ("townships of plan.json", _at("townships", 0, "code", to="x")),
        ("townships: fields", _at("townships", 0, "rank", to=1)),
        ("scenario.radius_m", _at("scenario", "radius_m", to=_more(1))),
        ("scenario.gap", _at("scenario", "gap", to=0.5)),
        ("sections", _at("award", to="gold")),
        ("fields of data", _at("data", "award", to="gold")),
    ],
)
def test_a_false_claim_is_found(honest: Path, told: str, change: Change) -> None:
    assert told in _told(honest, "plan.json", change)


def test_every_fact_about_the_data_is_held_against_the_bundle(honest: Path) -> None:
    data = json.loads((honest / "plan.json").read_text("utf-8"))["data"]
    for key, value in data.items():
        if key not in ("recyclenet", "solver"):
            other = not value if isinstance(value, bool) else "other"
            assert f"data.{key}" in _told(honest, "plan.json", _at("data", key, to=other))


def test_a_gap_that_misses_what_was_asked_is_not_proven(honest: Path) -> None:
    def looser(plan: Plan) -> None:
        plan["objective"].update(bound=1, gap=1 - 1 / plan["objective"]["value"])

    told = _told(honest, "plan.json", looser)
    assert "status" in told and "objective.gap" not in told


def test_no_warning_can_be_left_out_added_or_miscounted(
    town: Bundle, town_path: Path, tmp_path: Path
) -> None:
    write_plan(
        make_plan(town, Scenario(radius_m=60.0, min_per_township=400, urban_target=None)),
        tmp_path / "plan",
        bundle_path=town_path,
    )
    warnings = json.loads((tmp_path / "plan" / "plan.json").read_text("utf-8"))["warnings"]
    kinds = [warning["kind"] for warning in warnings]
    assert {"quota-unmeetable", "cells-no-candidate"} < set(kinds)
    for row, kind in enumerate(kinds):

        def drop(plan: Plan, row: int = row) -> None:
            del plan["warnings"][row]

        assert kind in _told(tmp_path / "plan", "plan.json", drop)

    def repeat(plan: Plan) -> None:
        plan["warnings"].append(plan["warnings"][0])

    assert kinds[0] in _told(tmp_path / "plan", "plan.json", repeat)
    row = kinds.index("cells-no-candidate")
    for key in ("where", "en"):
        empty = _at("warnings", row, key, to="" if key == "en" else "elsewhere")
        assert "cells-no-candidate" in _told(tmp_path / "plan", "plan.json", empty)
    fewer = _at("warnings", row, "zh", to="1 个单元(2 人)60 米内没有候选点")
    assert "cells-no-candidate" in _told(tmp_path / "plan", "plan.json", fewer)


@pytest.fixture(scope="module")
def thin_folder(town: Bundle, town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that leaves cells out, some for want of a candidate and some by choice."""
    folder = tmp_path_factory.mktemp("thin") / "plan"
    plan = make_plan(town, Scenario(radius_m=300.0, max_sites=4))
    write_plan(plan, folder, bundle_path=town_path)
    reasons = {f["properties"]["reason"] for f in _features(folder / "uncovered.geojson")}
    # Hardly any homes are mapped there: the town is not known to be bare.
    assert reasons == {"unmapped?"}
    return folder


def _features(path: Path) -> list[Plan]:
    return list(json.loads(path.read_text("utf-8"))["features"])


@pytest.mark.parametrize("name", ["sites", "townships", "demand", "uncovered"])
def test_every_property_and_place_of_every_shape_is_checked(thin_folder: Path, name: str) -> None:
    file = f"{name}.geojson"
    assert not check_plan(thin_folder).differences
    first = _features(thin_folder / file)[0]
    for key in first["properties"]:
        assert _told(thin_folder, file, _at("features", 0, "properties", key, to=_other)), key

    def lost(content: Plan) -> None:
        content["features"].pop()

    def forgotten(content: Plan) -> None:
        del content["features"][0]["properties"]["estimated"]

    def added(content: Plan) -> None:
        content["features"][0]["properties"]["award"] = "gold"

    def moved(content: Plan) -> None:
        place = content["features"][0]["geometry"]["coordinates"]
        while isinstance(place[0], list):
            place = place[0]
        place[1] += 3e-6

    def doubled(content: Plan) -> None:
        content["features"].insert(0, content["features"][0])

    for change in (lost, forgotten, added, moved, doubled):
        assert _told(thin_folder, file, change), change.__name__


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 0.5 if isinstance(value, int | float) else f"{value}x"


def test_a_false_server_and_a_false_reason_are_found(thin_folder: Path) -> None:
    def served(content: Plan) -> Plan:
        return next(f["properties"] for f in content["features"] if f["properties"]["site"])

    def nearer(content: Plan) -> None:
        served(content)["distance_m"] -= 0.5

    def other_site(content: Plan) -> None:
        sites = {f["properties"]["site"] for f in content["features"]} - {None}
        cell = served(content)
        cell["site"] = max(sites - {cell["site"]})

    def closed_site(content: Plan) -> None:
        served(content)["site"] = "n999"

    def unserved(content: Plan) -> None:
        served(content).update(site=None, distance_m=None)

    for change in (nearer, other_site, closed_site, unserved):
        assert _told(thin_folder, "demand.geojson", change), change.__name__
    for reason in ("unreachable", "no candidate", "not chosen"):
        change = _at("features", 0, "properties", "reason", to=reason)
        assert "'unmapped?'" in _told(thin_folder, "uncovered.geojson", change)


def test_a_shape_bent_between_its_corners_is_found(honest: Path) -> None:
    def cut(content: Plan) -> None:
        ring = content["features"][0]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    assert "outline" in _told(honest, "townships.geojson", cut)


def test_a_closed_existing_site_is_found(honest: Path) -> None:
    def close(content: Plan) -> None:
        features = content["features"]
        features[:] = [f for f in features if not f["properties"]["existing"]]

    assert "existing" in _told(honest, "sites.geojson", close)


def test_every_cell_of_the_table_is_checked(plan_folder: Path) -> None:
    path = plan_folder / "sites.csv"
    honest = path.read_bytes()
    table = list(csv.reader(io.StringIO(honest.decode("utf-8-sig"), newline="")))
    assert any(cell.startswith("'=") for row in table for cell in row)

    def told(rows: list[list[str]]) -> tuple[str, ...]:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
        return check_plan(plan_folder).differences

    assert not told(table)
    for column, name in enumerate(table[0]):
        rows = [list(row) for row in table]
        rows[1][column] = "1.5"
        due = "coordinates" if name in ("longitude", "latitude") else name
        assert any(due in line for line in told(rows)), name
    assert told([row[:-1] for row in table])
    assert told(table[:-1])
    assert told([table[0][::-1], *table[1:]])
    assert told([[cell.removeprefix("'") for cell in row] for row in table])
    assert told([])


@pytest.mark.parametrize(
    ("added", "fetches"),
    [
        ("<script src='https://x/y.js'></script>", True),
        ("<link rel=stylesheet href=//x/y.css>", True),
        ("<link href='vendor/leaflet.css'>", True),
        ("<img src='&#104;ttp://x/y.png'>", True),
        ("<style>a { background: url( 'https://x/y') }</style>", True),
        ("<style>@import 'y.css'</style>", True),
        ("<a href='https://www.openstreetmap.org/copyright'>©</a>", False),
        ("<script>var here = '<img src=\"https://x\">'</script>", False),
        ("<img src='data:image/png;base64,AAAA'>", False),
    ],
)
def test_a_page_that_fetches_anything_is_found(
    plan_folder: Path, added: str, fetches: bool
) -> None:
    page = plan_folder / "map.html"
    page.write_text(page.read_text("utf-8").replace("</body>", f"{added}</body>"), "utf-8")
    assert any("map.html" in line for line in check_plan(plan_folder).differences) == fetches


def test_an_empty_page_and_another_question_are_found(plan_folder: Path) -> None:
    (plan_folder / "map.html").write_text(" \n", "utf-8")
    assert any("map.html" in line for line in check_plan(plan_folder).differences)
    (plan_folder / "scenario.toml").write_text(Scenario(radius_m=601.0).toml(), "utf-8")
    assert any("scenario.radius_m" in line for line in check_plan(plan_folder).differences)


def test_false_data_of_the_scenario_file_are_found(honest: Path) -> None:
    path = honest / "scenario.toml"
    text = path.read_text("utf-8")
    fields = text.split("[data]")[1].strip().splitlines()
    for line in fields:
        key, _, value = line.partition("  # ")[0].partition(" = ")
        if not value:
            continue
        other = {"true": "false", "false": "true"}.get(value, '""' if '"' in value else "1")
        other = '"x"' if value == '""' else "0.123" if value == "1" or value == "1.0" else other
        path.write_text(text.replace(line, f"{key} = {other}"), "utf-8")
        told = check_plan(honest).differences
        assert any(key in one or "kinds" in one for one in told), line
    path.write_text(text.split("[data]")[0], "utf-8")
    assert check_plan(honest).differences == ()  # as it was before data were named
    path.write_text(text, "utf-8")


FILES = (
    *("plan.json", "scenario.toml", "sites.geojson", "townships.geojson", "demand.geojson"),
    *("uncovered.geojson", "sites.csv", "map.html", "run.json"),
)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_cannot_be_read_is_said_in_one_line(plan_folder: Path, file: str) -> None:
    path = plan_folder / file
    bad = {"sites.csv": [b"\xff\xfe", b'a,"b'], "map.html": [b"\xff\xfe"]}
    for content in bad.get(file, [b"\xff\xfe", b"[" * 100_000, b'"a\x00', b"NaN"]):
        path.write_bytes(content)
        with pytest.raises(OutputError, match=file.replace(".", r"\.")) as error:
            check_plan(plan_folder)
        assert "\n" not in str(error.value)
    path.unlink()
    for make in (lambda: None, path.mkdir):
        make()
        with pytest.raises(OutputError, match=file.replace(".", r"\.")):
            check_plan(plan_folder)


def test_what_is_no_geojson_is_said_in_one_line(plan_folder: Path) -> None:
    for content in ("{}", '{"type":"FeatureCollection","features":[1]}', '{"features":[]}'):
        (plan_folder / "sites.geojson").write_text(content, "utf-8")
        with pytest.raises(OutputError, match="FeatureCollection"):
            check_plan(plan_folder)


def test_what_is_no_plan_is_a_difference_not_a_traceback(honest: Path) -> None:
    shape = _at("features", 0, "geometry", to={"type": "Polygon", "coordinates": [[[0, 0]]]})
    assert _told(honest, "townships.geojson", shape)
    cells = _features(honest / "demand.geojson")
    row = next(n for n, cell in enumerate(cells) if cell["properties"]["site"])
    for to in (None, [[]], {}, "x"):
        for key in ("data", "objective", "townships", "warnings", "people", "scenario", "urban"):
            assert _told(honest, "plan.json", _at(key, to=to)), (key, to)
        for key in ("site", "distance_m", "id"):
            change = _at("features", row, "properties", key, to=to)
            assert _told(honest, "demand.geojson", change), (key, to)
        change = _at("features", 0, "geometry", to={"type": "Point", "coordinates": to})
        assert _told(honest, "sites.geojson", change), to


def test_where_the_bundle_is_must_be_said(plan_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"plan\.json"):
        check_plan(tmp_path / "nothing")
    with pytest.raises(BundleError, match="bundle"):
        check_plan(plan_folder, tmp_path / "nothing")
    run = plan_folder / "run.json"
    bundle = Path(json.loads(run.read_text("utf-8"))["bundle"])
    for told in ({}, {"bundle": 1}, {"bundle": ""}, {"bundle": "\0"}, {"bundle": "x" * 9999}):
        run.write_text(json.dumps(told), "utf-8")
        with pytest.raises(OutputError, match=r"run\.json"):
            check_plan(plan_folder)
    assert check_plan(plan_folder, bundle).differences == ()
