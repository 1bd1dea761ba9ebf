"""Comparisons against tables worked out from the plans' own files with pandas."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bundle import Bundle, load_bundle
from planner.comparing.compare import CompareError, compare
from planner.comparing.sites import MOVED_M, SAME_M, matched
from planner.comparing.townships import CELL_CHANGES
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.wording.scenario import PARAMETERS, parameters
from planner.wording.words import say_finding
from tests.town import write_town


@pytest.fixture(scope="module")
def plans(town: Bundle) -> tuple[Plan, ...]:
    told = (
        Scenario(name="近", radius_m=400.0, urban_target=0.6),
        Scenario(name="far <b>", radius_m=900.0),
        Scenario(name="=few", radius_m=500.0, max_sites=4, urban_target=None),
    )
    return tuple(make_plan(town, scenario) for scenario in told)


@pytest.fixture(scope="module")
def folders(
    plans: tuple[Plan, ...], town_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    root = tmp_path_factory.mktemp("plans")
    for letter, plan in zip("ABC", plans, strict=True):
        write_plan(plan, root / letter, bundle_path=town_path)
    return [root / letter for letter in "ABC"]


def files_of(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    demand = gpd.read_file(folder / "demand.geojson").set_index("id")
    townships = gpd.read_file(folder / "townships.geojson").set_index("code")
    sites = gpd.read_file(folder / "sites.geojson")
    return demand, townships, sites


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, 2), (1, 2)])
def test_table_is_that_of_the_files(
    plans: tuple[Plan, ...], folders: list[Path], a: int, b: int
) -> None:
    difference = compare(plans).difference(a, b)
    (before, towns_a, sites_a), (after, towns_b, sites_b) = map(files_of, (folders[a], folders[b]))
    joined = before.add_suffix("_a").join(after.add_suffix("_b"), validate="1:1")
    in_a, in_b = joined["site_a"].notna(), joined["site_b"].notna()
    assert difference.people == {
        "neither": joined.loc[~in_a & ~in_b, "people_a"].sum(),
        "lost": joined.loc[in_a & ~in_b, "people_a"].sum(),
        "gained": joined.loc[~in_a & in_b, "people_a"].sum(),
        "both": joined.loc[in_a & in_b, "people_a"].sum(),
    }
    assert difference.people["lost"] + difference.people["gained"] > 0
    ids = plans[a].bundle.demand.frame["id"]
    kinds = joined.loc[ids, []].assign(a=in_a, b=in_b)
    told = [CELL_CHANGES[code] for code in difference.cells]
    names = {(0, 0): "neither", (1, 0): "lost", (0, 1): "gained", (1, 1): "both"}
    assert told == [names[int(x), int(y)] for x, y in zip(kinds["a"], kinds["b"], strict=True)]
    for change in difference.townships:
        mine = joined[joined["township_a"] == change.name]
        gained = mine[mine["site_a"].isna() & mine["site_b"].notna()]["people_a"].sum()
        lost = mine[mine["site_a"].notna() & mine["site_b"].isna()]["people_a"].sum()
        assert (change.gained, change.lost, change.net) == (gained, lost, gained - lost)
        for end, towns, sites in (("a", towns_a, sites_a), ("b", towns_b, sites_b)):
            row = towns.loc[change.code]
            served = mine[mine[f"site_{end}"].notna()]
            weight = served[f"people_{end}"]
            mean = getattr(change, f"mean_{end}")
            if weight.sum():
                way = np.average(served[f"distance_m_{end}"], weights=weight)
                assert mean == pytest.approx(way, abs=0.06)
            else:
                assert mean is None
            assert getattr(change, f"sites_{end}") == (sites["township_code"] == change.code).sum()
            assert getattr(change, f"covered_{end}") == weight.sum()
            assert getattr(change, f"share_{end}") == pytest.approx(row["share"], nan_ok=True)
            assert getattr(change, f"pass_{end}") == bool(row["pass"])
            assert getattr(change, f"worst_{end}") == pytest.approx(row["worst"], nan_ok=True)
        wins = "wins" if gained > lost else "loses"
        assert (change.verdict == wins) == (gained != lost)


def test_figures_are_those_of_the_files(plans: tuple[Plan, ...], folders: list[Path]) -> None:
    comparison = compare(plans)
    for figures, folder, plan in zip(comparison.figures, folders, plans, strict=True):
        demand, townships, sites = files_of(folder)
        record = json.loads((folder / "plan.json").read_text("utf-8"))
        served = demand[demand["site"].notna()]
        assert figures.sites == len(sites) and figures.sites_new == (~sites["existing"]).sum()
        assert figures.people == served["people"].sum()
        assert figures.share == pytest.approx(
            served["people"].sum() / demand["people"].sum(), abs=1e-6
        )
        assert figures.townships_passing == townships["pass"].sum()
        assert (figures.value, figures.bound) == (
            record["objective"]["value"],
            record["objective"]["bound"],
        )
        squares = {name.split("-")[0] for name in served.index}  # a cut cell is one square
        side_km = plan.bundle.demand.cell_m / 1000
        assert figures.area_km2 == pytest.approx(len(squares) * side_km**2)
    delta = comparison.figures[1].minus(comparison.figures[0])
    assert delta["people"] == comparison.figures[1].people - comparison.figures[0].people
    assert delta["value"] is not None
    assert comparison.figures[2].minus(comparison.figures[0])["value"] is None  # people, not sites


def test_parameters_that_differ(plans: tuple[Plan, ...]) -> None:
    comparison = compare(plans)
    keys = [row[0].key for row in comparison.parameters]
    assert keys == ["limit", "urban_target", "max_sites", "objective"]
    limits = comparison.parameters[0]
    assert [one.en for one in limits] == [f"{n} m of travel" for n in (400, 900, 500)]
    assert compare(plans[:1] * 2).parameters == ()
    assert compare(plans).label(1) == "B · far <b>"


def test_every_field_of_a_scenario_has_its_row() -> None:
    fields = {field.name for field in dataclasses.fields(Scenario)}
    rows = {key.split("-")[0] for key in PARAMETERS} - {"limit"}
    assert rows == fields - {"name", "radius_m", "minutes"}
    told = {one.key: one for one in parameters(Scenario(minutes=15.0, suitability={"slope": 2.0}))}
    assert told["limit"].zh == "15 分钟以内" and told["speed_walk_m_s"].en == "1.2 m/s"
    assert "2" in told["suitability"].zh and "slope" in told["suitability"].en.lower()


def test_edits_are_told_and_hand_made_points_are_matched_by_place(town: Bundle) -> None:
    scenario = Scenario(radius_m=600.0)
    plain = make_plan(town, scenario)
    first = plain.sites.loc[~plain.sites["existing"]].iloc[0]
    one = scenario.edits.with_added(117.2, 29.3, name="</script>甲", existing=True)
    other = scenario.edits.with_added(117.201, 29.3, existing=True).with_closed(str(first["id"]))
    a, b = (make_plan(town, dataclasses.replace(scenario, edits=edits)) for edits in (one, other))
    comparison = compare([a, b])
    rows = {row[0].key: row for row in comparison.parameters}
    assert set(rows) == {"edits-added", "edits-closed"}
    assert "</script>甲" in rows["edits-added"][0].en and first["id"] in rows["edits-closed"][1].en
    pairs = {
        (c.change, c.row_a >= 0 and a.sites["id"][c.row_a], c.row_b >= 0 and b.sites["id"][c.row_b])
        for c in comparison.difference(0, 1).sites
    }
    # own-1 is about 97 m away from own-1: not kept for its name, but moved.
    assert ("moved", "own-1", "own-1") in pairs
    ((apart),) = [
        c.distance_m
        for c in comparison.difference(0, 1).sites
        if c.change == "moved" and a.sites["id"][c.row_a] == "own-1"
    ]
    assert apart == pytest.approx(97.1, abs=0.5)


def test_units_do_not_mix(town: Bundle) -> None:
    comparison = compare(
        [make_plan(town, Scenario(radius_m=600.0)), make_plan(town, Scenario(minutes=8.0))]
    )
    assert comparison.figures[1].minus(comparison.figures[0])["mean"] is None
    assert [finding.kind for finding in comparison.findings] == ["compare-units"]
    assert "B" in say_finding(comparison.findings[0], "zh")
    verdicts = {change.verdict for change in comparison.difference(0, 1).townships}
    assert not verdicts & {"nearer", "farther"}


def test_other_data(town: Bundle, plans: tuple[Plan, ...], tmp_path: Path) -> None:
    def again(**how: object) -> Plan:
        name = f"{len(list(tmp_path.iterdir()))}"
        extract = write_town(tmp_path / f"{name}.osm", **how)  # type: ignore[arg-type]
        import_region(Intake(extract=extract), tmp_path / name)
        return make_plan(load_bundle(tmp_path / name), Scenario(radius_m=600.0))

    with pytest.raises(CompareError, match="1 plans"):
        compare(plans[:1])
    with pytest.raises(CompareError, match="9 plans"):
        compare(plans[:1] * 9)
    # Another shop's name: other data, the same people.
    same = compare([plans[0], again(shop="another name")])
    assert [finding.kind for finding in same.findings] == ["compare-other-data"]
    bundle = again().bundle
    townships = bundle.region.townships.assign(code=bundle.region.townships["code"] + "0")
    more = bundle.demand.frame.assign(people=bundle.demand.frame["people"] + 1)
    for changed, en, zh in (
        ({"region": {"townships": townships}}, "townships are not the same", "乡镇不同"),
        ({"demand": {"frame": more}}, "people of the data", "人口单元不同"),
    ):
        parts = {
            name: dataclasses.replace(getattr(bundle, name), **fields)
            for name, fields in changed.items()
        }
        other = dataclasses.replace(bundle, **parts, sha256="f" * 64)
        with pytest.raises(CompareError, match=en) as refusal:
            compare([plans[0], make_plan(other, Scenario(radius_m=600.0))])
        assert zh in refusal.value.zh


places = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 12), st.integers(0, 3)),
    unique_by=lambda site: site[0],
    max_size=6,
)


@given(one=places, other=places)
def test_kept_moved_dropped_added(
    one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]
) -> None:
    """Every site once, pairs as near as told, and what a greedy reading of the rule gives."""
    ids = [site[0] for site in one], [site[0] for site in other]
    before, after = (
        np.array([[x * 125.0, y * 125.0] for _, x, y in sites]).reshape(-1, 2)
        for sites in (one, other)
    )
    found = matched(ids, before, after)
    assert sorted(c.row_a for c in found if c.row_a >= 0) == list(range(len(one)))
    assert sorted(c.row_b for c in found if c.row_b >= 0) == list(range(len(other)))

    def apart(a: int, b: int) -> float:
        return float(np.linalg.norm(before[a] - after[b]))

    left_a, left_b = set(range(len(one))), set(range(len(other)))
    pairs = {}
    for a in range(len(one)):
        for b in range(len(other)):
            if one[a] == other[b]:
                pairs[a] = b
                left_a.discard(a)
                left_b.discard(b)
    while left_a and left_b:
        a, b = min(
            ((a, b) for a in left_a for b in left_b),
            key=lambda ab: (apart(*ab), ids[0][ab[0]], ids[1][ab[1]]),
        )
        if apart(a, b) > MOVED_M:
            break
        pairs[a] = b
        left_a.discard(a)
        left_b.discard(b)
    assert {c.row_a: c.row_b for c in found if c.change in ("kept", "moved")} == pairs
    for change in found:
        if change.change in ("kept", "moved"):
            far = apart(change.row_a, change.row_b)
            assert (far <= SAME_M) == (change.change == "kept")
            assert change.distance_m == pytest.approx(
                far if change.change == "moved" else 0, abs=0.06
            )
