from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from docx import Document
from pyproj import Transformer

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.errors import CandidateError
from planner.cli import main
from planner.edits import Edits
from planner.errors import OutputError
from planner.plan import Plan, make_plan
from planner.policy.beside import Beside, Station, Visit
from planner.policy.compliance.check import check_compliance
from planner.policy.compliance.files import compliance_files, write_compliance
from planner.policy.compliance.sheet import STATUSES, Compliance, comply
from planner.policy.compliance.text import evidence, fix_line, repair
from planner.policy.rules.drawn import drawn_plan
from planner.policy.rules.ruled import ruled
from planner.policy.rules.rules import chosen_packs
from planner.scenario import Scenario

CHOICES = (
    "sbt-10719.city-households.households=300",
    "sbt-10719.town-households.households=400",
)


@pytest.fixture(scope="module")
def sheet(town_plan: Plan) -> Compliance:
    return comply(town_plan, chosen_packs(["national", "sbt-10719", "beijing"], CHOICES))


def test_numbers_of_sites_by_hand(sheet: Compliance, town: Bundle, town_plan: Plan) -> None:
    cells = town.demand.frame
    told = {(c.pack, c.rule, c.name): c for c in sheet.checks}
    for t, name in enumerate(town.region.townships["name"]):
        here = cells[cells["township"] == t]
        city = here["people"][here["urban"]].sum() * 2 > here["people"].sum()
        sites = int((town_plan.sites["township"] == name).sum())
        rule, per = ("city-households", 300) if city else ("town-households", 400)
        check = told["sbt-10719", rule, name]
        assert check.required == math.ceil(here["households"].sum() / per)
        assert check.achieved == sites == len(check.sites)
        assert (check.status == "pass") == (sites >= check.required)
        assert check.shortfall == max(0, check.required - sites)
        other = {"city-households", "town-households"} - {rule}
        assert ("sbt-10719", *other, name) not in told
        assert told["national", "township-one", name].achieved == sites
        assert told["beijing", "village-one", name].status == "unknown"


def test_shares_by_another_matrix(sheet: Compliance, town: Bundle, town_plan: Plan) -> None:
    from planner.travels import travel_for

    travel = travel_for(town, "walk", 1000.0)
    opened = town.candidates.frame["id"].isin(town_plan.sites["id"]).to_numpy()
    cells = town.demand.frame
    near = np.array(
        [
            opened[travel.indices[travel.indptr[c] : travel.indptr[c + 1]]].any()
            for c in range(len(cells))
        ]
    )
    urban = cells["urban"].to_numpy(bool)
    people = cells["people"].to_numpy()
    (whole,) = [c for c in sheet.checks if c.rule == "urban-cover" and not c.township]
    assert whole.achieved == pytest.approx(people[near & urban].sum() / people[urban].sum(), 1e-5)
    assert whole.binding
    parts = [c for c in sheet.checks if c.rule == "urban-cover" and c.township]
    assert sum(dict(c.basis)["people_within"] for c in parts) == people[near & urban].sum()
    assert not any(c.binding for c in parts)


def test_the_repair_is_the_fewest_and_makes_counts_pass(sheet: Compliance, town: Bundle) -> None:
    short = [c for c in sheet.checks if c.unit == "sites" and c.binding and c.shortfall]
    assert short
    by: dict[str, int] = {}
    for check in short:
        assert check.fixed == "pass"
        assert len(check.fix) >= check.shortfall
        by[check.township] = max(by.get(check.township, 0), int(check.shortfall or 0))
    covered = next(c for c in sheet.checks if c.rule == "urban-cover" and not c.township)
    if covered.status == "pass":  # then nothing but the counts asks for more
        assert len(sheet.fix.sites) == sum(by.values())
    assert sheet.fix.status == "proven"


def test_an_independent_check_agrees_and_finds_each_lie(
    sheet: Compliance, town: Bundle, tmp_path: Path
) -> None:
    write_compliance(sheet, tmp_path / "sheet", "zh")
    assert check_compliance(tmp_path / "sheet", town) == ()
    file = tmp_path / "sheet" / "compliance.json"
    honest = json.loads(file.read_text("utf-8"))
    places = {(c["rule"], c["unit"]): n for n, c in enumerate(honest["checks"])}
    for n in places.values():
        for field, lie in (
            ("required", 77),
            ("achieved", 77),
            ("shortfall", 77),
            ("status", "near"),
            ("binding", "no"),
            ("cell_m", 3.0),
        ):
            if field == "cell_m" and not honest["checks"][n]["cell"]:
                continue
            lied = json.loads(json.dumps(honest))
            lied["checks"][n][field] = lie
            file.write_text(json.dumps(lied), "utf-8")
            assert check_compliance(tmp_path / "sheet", town), (n, field)
    lied = json.loads(json.dumps(honest))
    del lied["checks"][0]
    file.write_text(json.dumps(lied), "utf-8")
    assert any("not on the sheet" in one for one in check_compliance(tmp_path / "sheet", town))
    file.write_text("{}", "utf-8")
    with pytest.raises(OutputError, match="no compliance sheet"):
        check_compliance(tmp_path / "sheet", town)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_files_print_sources_and_mark_what_is_unverified(
    sheet: Compliance, lang: str, tmp_path: Path
) -> None:
    files = compliance_files(sheet, lang)  # type: ignore[arg-type]
    assert files == compliance_files(sheet, lang)  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(files["compliance.xlsx"]))
    checks = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert len(checks) == len(sheet.checks)
    for row, check in zip(checks, sheet.checks, strict=True):
        rule = sheet.rule(check)[1]
        assert row[5] == check.required
        assert row[6] == check.achieved
        assert row[13:15] == rule.stands(lang)  # type: ignore[arg-type]
        assert lang == "zh" or not re.search("[\u4e00-\u9fff]", f"{row[13]}{row[14]}")
        mark = {"zh": ("已核", "未核"), "en": ("verified", "unverified")}[lang][not rule.verified]
        # Nobody can verify numbers that the planner chose.
        chosen = rule.id in ("urban-cover", "city-households", "town-households")
        assert str(row[11]).startswith({"zh": "规划者", "en": "planner"}[lang] if chosen else mark)
    cells = list(book.worksheets[4].iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in cells} == {check.cell for check in sheet.checks} - {""}
    people = csv.DictReader(io.StringIO(files["cells.csv"].decode("utf-8-sig")))
    assert sum(int(row["people"]) for row in people) == sheet.plan.record["people"]["total"]
    for page in book:
        for row in page.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    document = Document(io.BytesIO(files["compliance.docx"]))
    text = "\n".join(
        [p.text for p in document.paragraphs]
        + [c.text for t in document.tables for r in t.rows for c in r.cells]
    )
    for pack in sheet.packs:
        for rule in pack.rules:
            assert rule.stands(lang)[1] in text  # type: ignore[arg-type]
            assert rule.said(lang) in text  # type: ignore[arg-type]
    shapes = json.loads(files["compliance.geojson"])
    worst = {one["properties"]["code"]: one["properties"]["status"] for one in shapes["features"]}
    for code, status in worst.items():
        mine = {c.status for c in sheet.checks if c.township == code and c.binding}
        assert status == next(s for s in STATUSES if s in mine)


def test_what_is_asked_of_the_whole_region_fails_in_no_township(town_plan: Plan) -> None:
    # Nobody lives within a metre: the region fails, and its townships' parts are shown.
    packs = chosen_packs(["national"], ["national.urban-cover.radius_m=1"])
    lines = [c for c in comply(town_plan, packs, fixes=False).checks if c.rule == "urban-cover"]
    assert [c.status for c in lines if c.township == ""] == ["fail"]
    parts = [c for c in lines if c.township]
    assert parts and all((c.status, c.shortfall) == ("info", None) for c in parts)


def test_what_no_candidate_mends_is_no_part_of_what_is_proven(town_plan: Plan) -> None:
    packs = chosen_packs(["national"], ["national.township-one.sites=500"])
    sheet = comply(town_plan, packs)
    short = [c for c in sheet.checks if c.rule == "township-one"]
    assert short and all(c.status == "fail" and c.fixed != "pass" for c in short)
    assert f"另有 {len(short)} 条" in fix_line(sheet, "zh")
    assert f"{len(short)} lines more" in fix_line(sheet, "en")


def _station(plan: Plan, at: int, floor_m2: float | None, tier: str = "station") -> Station:
    place = plan.sites.geometry.iloc[at]
    return Station(
        id=f"s{at}",
        tier=tier,
        kind="industrial",
        name=f"站{at}",
        township=str(plan.sites["township_code"].iloc[at]),
        lon=place.x,
        lat=place.y,
        floor_m2=floor_m2,
    )


def test_stations_and_rounds_are_held_against_their_rules(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    packs = chosen_packs(["sbt-10719", "beijing"], CHOICES)
    codes = town_plan.bundle.region.townships["code"].tolist()
    alone = {(c.rule, c.township): c for c in comply(town_plan, packs, fixes=False).checks}
    # One thing to say of the region, not one of every township.
    assert not [1 for rule, code in alone if rule.endswith(("station-floor", "stations")) and code]
    whole = alone["station-floor", ""]
    assert (whole.status, whole.required, whole.note) == ("unknown", 500, "no-stations")
    city = {c.township for c in alone.values() if c.rule == "city-households"}
    assert alone["street-stations", ""].required == len(city)
    assert alone["town-stations", ""].required == 2 * (len(codes) - len(city))
    stations = (_station(town_plan, 0, 200.0), _station(town_plan, 0, 900.0, "centre"))
    cells = town.demand.frame
    left = cells[town_plan.site_of < 0]
    visits = [
        Visit(
            village=f"v{t}",
            township=codes[t],
            people=int(people),
            estate=True,
            way="mobile",
            visits_in_4_weeks=4 if t % 2 else 1,
        )
        for t, people in left.groupby("township")["people"].sum().items()
    ]
    sheet = comply(
        town_plan, packs, fixes=False, beside=Beside(stations=stations, visits=tuple(visits))
    )
    told = {(c.rule, c.township): c for c in sheet.checks}
    here = stations[0].township
    floor = told["station-floor", here]
    # The centre's 900 m2 are no station's.
    assert (floor.status, floor.achieved, floor.shortfall) == ("fail", 200, 300)
    assert "500" in repair(sheet, floor, "zh") and evidence(sheet, floor, "zh").count("站0") == 1
    assert {told["station-floor", c].status for c in codes if c != here} == {"none"}
    for rule in ("visits-estates", "visits-villages"):
        for code in codes:
            if (rule, code) not in told or not told[rule, code].required:
                continue
            (row,) = (one for one in visits if one.township == code)
            assert told[rule, code].achieved == row.visits_in_4_weeks / 4
    # A rule for the city speaks of estates alone.
    country = tuple(dataclasses.replace(one, estate=False) for one in visits)
    told = comply(town_plan, packs, fixes=False, beside=Beside(visits=country)).checks
    assert {c.status for c in told if c.rule == "visits-estates"} <= {"pass"}
    # One village short of its people has nobody coming for them.
    fewer = (dataclasses.replace(visits[0], people=visits[0].people - 1), *visits[1:])
    again = comply(town_plan, packs, fixes=False, beside=Beside(visits=fewer))
    (line,) = (
        c for c in again.checks if c.unit == "visits-week" and c.township == visits[0].township
    )
    assert (line.achieved, dict(line.basis)["people_without"]) == (0, 1)
    for one in (sheet, again):
        write_compliance(one, tmp_path / "sheet", "zh")
        assert check_compliance(tmp_path / "sheet", town) == ()
    for name in ("stations", "visits"):
        write_compliance(sheet, tmp_path / "sheet", "zh")
        file = tmp_path / "sheet" / "compliance.json"
        lied = json.loads(file.read_text("utf-8"))
        lied[name] = lied[name][1:]
        file.write_text(json.dumps(lied), "utf-8")
        assert check_compliance(tmp_path / "sheet", town), name


def test_a_transfer_station_on_a_drawing_is_no_point(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    (lon, lat), *_ = _places(town, town_plan)
    file = tmp_path / "s.csv"
    rows = f"点,own,{lon:.7f},{lat:.7f},12\n站,transfer_station,{lon:.7f},{lat:.7f},600\n"
    file.write_text("name,kind,lon,lat,floor_m2\n" + rows, "utf-8")
    drawn = drawn_plan(town, file)
    assert drawn.plan.sites["name"].tolist() == ["点"]
    assert [(one.name, one.floor_m2) for one in drawn.stations or ()] == [("站", 600.0)]
    sheet = comply(
        drawn.plan, chosen_packs(["sbt-10719"]), fixes=False, beside=Beside(stations=drawn.stations)
    )
    told = {(c.rule, c.township): c for c in sheet.checks}
    code = drawn.plan.sites["township_code"].iloc[0]
    assert told["station-floor", code].status == "pass"
    file.write_text("name,kind,lon,lat\n" + rows.splitlines()[1].rsplit(",", 1)[0], "utf-8")
    with pytest.raises(CandidateError, match="no point"):
        drawn_plan(town, file)


def _drawn(town: Bundle, path: Path, rows: list[tuple[str, float, float, str]]) -> Path:
    text = "".join(f"{name},{lon:.7f},{lat:.7f},{area}\n" for name, lon, lat, area in rows)
    path.write_text("name,lon,lat,floor_m2\n" + text, "utf-8")
    return path


def _places(town: Bundle, plan: Plan) -> list[tuple[float, float]]:
    frame = town.candidates.frame.set_index("id").loc[plan.sites["id"]].geometry
    to = Transformer.from_crs(town.region.crs, WGS84, always_xy=True)
    return [to.transform(p.x, p.y) for p in frame]


def test_a_drawn_network_is_judged_as_the_plan_of_the_same_sites(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    places = _places(town, town_plan)
    rows = [(f"点{n}", *place, "12" if n else "8") for n, place in enumerate(places)]
    drawn = drawn_plan(town, _drawn(town, tmp_path / "s.csv", rows), Scenario(radius_m=600.0))
    assert drawn.plan.record["status"] == "drawn"
    assert drawn.plan.sites["name"].tolist() == [row[0] for row in rows]
    # Six decimals of a degree are a tenth of a metre: ways differ by no more than twice that.
    both = ~np.isnan(drawn.plan.impedance) & ~np.isnan(town_plan.impedance)
    assert both.mean() > 0.5
    assert np.abs(drawn.plan.impedance[both] - town_plan.impedance[both]).max() < 0.3
    packs = chosen_packs(["national", "sbt-10719", "beijing"], CHOICES)
    sheet = comply(drawn.plan, packs, findings=drawn.findings)
    found = {(c.rule, c.township): c.achieved for c in comply(town_plan, packs, fixes=False).checks}
    for check in sheet.checks:
        if check.unit == "sites":
            assert check.achieved == found[check.rule, check.township]
        if check.rule == "point-floor":
            assert check.status == ("fail" if "drawn-1" in check.sites else "pass")
        if check.rule == "area":
            assert check.achieved is not None
            assert check.required >= 6 * len(check.sites)
    write_compliance(sheet, tmp_path / "sheet", "en")
    assert check_compliance(tmp_path / "sheet", drawn.plan.bundle) == ()


def test_drawn_sites_outside_and_wrong_areas_are_told(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    lon, lat = _places(town, town_plan)[0]
    file = _drawn(town, tmp_path / "s.csv", [("in", lon, lat, ""), ("out", lon + 0.2, lat, "")])
    drawn = drawn_plan(town, file)
    assert [one.kind for one in drawn.findings if one.kind.startswith("drawn")] == ["drawn-outside"]
    assert drawn.plan.sites["name"].tolist() == ["in"]
    with pytest.raises(CandidateError, match="floor area"):
        drawn_plan(town, _drawn(town, tmp_path / "w.csv", [("in", lon, lat, "many")]))


def test_a_share_that_cannot_be_had_is_refused_and_counts_are_repaired(town_plan: Plan) -> None:
    packs = chosen_packs(["sbt-10719", "gb-55013"], CHOICES)
    sheet = comply(town_plan, packs)
    assert sheet.fix.status == "partly"
    assert sheet.fix.zh
    assert all(c.fixed == "pass" for c in sheet.checks if c.unit == "sites" and c.shortfall)
    assert "rule-finer-than-cells" in [one.kind for one in sheet.findings]


def test_a_plan_under_rules_passes_them(town: Bundle) -> None:
    packs = chosen_packs(["national", "sbt-10719"], CHOICES)
    plan = make_plan(town, ruled(Scenario(), packs).scenario)
    sheet = comply(plan, packs)
    assert not sheet.fix.status
    counts = sheet.counts()
    assert counts["fail"] == counts["near"] == 0
    of_points = [c for c in sheet.checks if sheet.rule(c)[1].tier == "point" and c.binding]
    assert {c.status for c in of_points if c.unit in ("sites", "share")} == {"pass"}


def test_commands(
    town: Bundle,
    town_path: Path,
    town_plan: Plan,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan, out = tmp_path / "plan", tmp_path / "sheet"
    told = ["--rules", "national,sbt-10719", "--choose", CHOICES[0], "--quiet", "--lang", "zh"]
    assert main(["plan", str(town_path), "--out", str(plan), *told]) == 0
    scenario = json.loads((plan / "plan.json").read_text("utf-8"))["scenario"]
    assert scenario["households_per_site_urban"] == 300
    assert scenario["households_per_site"] == 2500
    assert main(["comply", str(plan), "--out", str(out), *told]) == 0
    said = capsys.readouterr().out
    assert "独立复核一致" in said
    assert (out / "compliance.docx").read_bytes()[:2] == b"PK"
    file = _drawn(town, tmp_path / "s.csv", [("a", *_places(town, town_plan)[0], "")])
    assert main(["comply", str(file), "--out", str(out), *told]) == 2
    assert "--bundle" in capsys.readouterr().err
    drawn = ["comply", str(file), "--bundle", str(town_path), "--out", str(out), *told]
    assert main(drawn) == 0
    assert "外部给定" in capsys.readouterr().out
    assert main(["comply", str(plan), "--out", str(out), "--rules", "nonsense"]) == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x").write_text("x")
    assert main(["comply", str(plan), "--out", str(tmp_path / "other"), *told]) == 2
    assert dataclasses.fields(Compliance)


def test_a_repair_is_of_the_rules_as_written_not_of_a_stricter_question(town: Bundle) -> None:
    # Within 300 m of one's own, nothing more asked: the rule's 95 % are within 1,000.
    asked = Scenario(radius_m=300.0, urban_target=None, min_per_township=0, max_sites=1)
    plan = make_plan(town, asked)
    packs = chosen_packs(["national"])
    sheet = comply(plan, packs)
    opened = tuple(plan.sites["id"])
    free = make_plan(
        town,
        Scenario(
            urban_target=0.95, radius_m=1000.0, edits=Edits(forced=opened), keep_existing=False
        ),
    )
    assert sheet.fix.status == "proven"
    assert len(sheet.fix.sites) == len(free.sites) - len(opened)
    assert {c.fixed for c in sheet.checks if c.status in ("fail", "near")} == {"pass"}


def test_stations_by_township_and_centres_by_county(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    packs = chosen_packs(["sbt-10719", "chengdu", "gb-55013"], CHOICES)
    stations = (_station(town_plan, 0, 600.0), _station(town_plan, 0, 4000.0, "centre"))
    sheet = comply(town_plan, packs, fixes=False, beside=Beside(stations=stations))
    told = {(c.rule, c.township): c for c in sheet.checks}
    frame, here = town.region.townships, stations[0].township
    city = {c.township for c in sheet.checks if c.rule == "city-households"}
    for code in frame["code"].astype(str):
        rule, due = ("street-stations", 1) if code in city else ("town-stations", 2)
        line = told[rule, code]
        assert (line.required, line.achieved) == (due, int(code == here))
    counties = {*zip(frame["county"], frame["county_code"], strict=True)}
    line = told["county-centres", ""]
    assert (line.required, line.achieved, len(line.lacking)) == (
        len(counties),
        1,
        len(counties) - 1,
    )
    none = comply(town_plan, packs, fixes=False, beside=Beside(stations=()))
    (line,) = (c for c in none.checks if c.rule == "county-centres")
    assert (line.status, line.achieved, len(line.lacking)) == ("fail", 0, len(counties))
    assert line.lacking[0] in evidence(none, line, "zh")
    estates = told["estate-one", ""]
    assert (estates.status, estates.note) == ("unknown", "no-estates")
    for one in (sheet, none, comply(town_plan, packs, fixes=False)):
        write_compliance(one, tmp_path / "sheet", "en")
        assert check_compliance(tmp_path / "sheet", town) == ()


def test_a_rule_for_households_or_people_is_kept_by_either(
    town: Bundle, town_plan: Plan, tmp_path: Path
) -> None:
    numbers = {"city": (240, 500), "rural": (200, 1000)}
    choices = [
        f"chengdu.{part}-households.{name}={n}"
        for part, pair in numbers.items()
        for name, n in zip(("households", "people"), pair, strict=True)
    ]
    packs = chosen_packs(["chengdu"], choices)
    sheet = comply(town_plan, packs)
    cells = town.demand.frame
    lines = {c.township: c for c in sheet.checks if c.rule.endswith("households")}
    for t, code in enumerate(town.region.townships["code"].astype(str)):
        here = cells[cells["township"] == t]
        homes, people = numbers[lines[code].rule.split("-")[0]]
        due = min(
            math.ceil(here["households"].sum() / homes), math.ceil(here["people"].sum() / people)
        )
        assert lines[code].required == due
    short = [c for c in lines.values() if c.shortfall]
    assert short and {c.fixed for c in short} == {"pass"}
    assert len(sheet.fix.sites) == sum(int(c.shortfall or 0) for c in short)
    plan = make_plan(town, ruled(Scenario(), packs, town).scenario)
    assert {c.status for c in comply(plan, packs).checks if c.township} == {"pass"}
    write_compliance(sheet, tmp_path / "sheet", "zh")
    assert check_compliance(tmp_path / "sheet", town) == ()
    file = tmp_path / "sheet" / "compliance.json"
    lied = json.loads(file.read_text("utf-8"))
    lied["packs"][0]["rules"][0]["townships"] = ["nowhere"]
    file.write_text(json.dumps(lied), "utf-8")
    assert any("not due" in one for one in check_compliance(tmp_path / "sheet", town))


def test_villages_that_are_visited_too_rarely_are_named(town_plan: Plan) -> None:
    packs = chosen_packs(["beijing"])
    cells = town_plan.bundle.demand.frame
    left = cells[town_plan.site_of < 0].groupby("township")["people"].sum()
    codes = town_plan.bundle.region.townships["code"].tolist()
    visits = tuple(
        Visit(
            village=f"v{t}",
            township=codes[t],
            people=int(n),
            estate=True,
            way="mobile",
            visits_in_4_weeks=n4,
        )
        for (t, n), n4 in zip(left.items(), itertools.cycle((1, 4)), strict=False)
    )
    sheet = comply(town_plan, packs, fixes=False, beside=Beside(visits=visits))
    lines = [c for c in sheet.checks if c.unit == "visits-week" and c.required]
    assert {c.status for c in lines} >= {"pass"}
    for check in lines:
        (row,) = (one for one in visits if one.township == check.township)
        rare = row.visits_in_4_weeks / 4 < check.required
        assert check.lacking == ((f"{row.village} ({row.visits_in_4_weeks})",) if rare else ())
        assert (row.village in evidence(sheet, check, "en")) == rare
