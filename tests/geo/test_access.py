from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import Direction, directions, driving, riding, walking

OPEN, SHUT = Direction.BOTH, Direction.CLOSED
THERE, BACK = Direction.FORWARD, Direction.BACKWARD


def tagged(text: str) -> dict[str, str]:
    """Tags of ``"primary oneway=yes"``: the class, then pairs."""
    highway, *pairs = text.split()
    return {"highway": highway, **dict(pair.split("=", 1) for pair in pairs)}


def classes(highways: str, verdict: Direction) -> list[tuple[str, Direction]]:
    return [(highway, verdict) for highway in highways.split()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *classes("residential path steps footway track", OPEN),
        *classes("pedestrian cycleway primary service", OPEN),
        *classes("motorway motorway_link trunk trunk_link", SHUT),
        *classes("construction proposed raceway abandoned", SHUT),
        *classes("platform bus_guideway rest_area", SHUT),
        ("platform foot=yes", SHUT),  # an outline to wait on, not a way
        ("construction foot=yes", SHUT),
        ("pedestrian area=yes", OPEN),
        ("motorway foot=yes", OPEN),
        ("trunk foot=designated", OPEN),
        ("trunk sidewalk=both", OPEN),
        ("trunk sidewalk=no", SHUT),
        ("trunk sidewalk=both foot=no", SHUT),
        ("motorway sidewalk=both", SHUT),
        ("primary motorroad=yes", SHUT),
        ("residential foot=no", SHUT),
        ("residential foot=private", SHUT),
        ("residential foot=use_sidepath", OPEN),
        ("residential access=no", SHUT),
        ("residential access=private", SHUT),
        ("residential access=destination", OPEN),
        ("residential access=private foot=yes", OPEN),
        ("service access=no foot=permissive", OPEN),
        ("service access=yes foot=no", SHUT),
        ("service access=no foot=nonsense", SHUT),  # an unknown value says nothing
        ("service access=nonsense", OPEN),
        ("service access=private;customers", OPEN),
        ("path vehicle=no", OPEN),  # said of vehicles only
        ("residential motor_vehicle=no", OPEN),
        ("track access=forestry", OPEN),
        ("primary oneway=yes", OPEN),  # binds no walker
        ("primary oneway=-1 junction=roundabout", OPEN),
    ],
)
def test_walking(text: str, expected: Direction) -> None:
    assert walking(tagged(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *classes("trunk primary_link unclassified road", OPEN),
        *classes("residential living_street service", OPEN),
        *classes("path footway steps cycleway pedestrian", SHUT),
        *classes("track construction proposed platform", SHUT),
        ("footway motor_vehicle=yes", SHUT),
        ("service service=parking_aisle", OPEN),
        ("service service=emergency_access", SHUT),
        ("service access=private", SHUT),
        ("service access=customers", OPEN),
        ("service access=delivery", OPEN),
        ("residential access=destination", OPEN),
        ("residential access=no", SHUT),
        ("residential access=no motor_vehicle=yes", OPEN),
        ("residential access=yes vehicle=no", SHUT),
        ("residential vehicle=no motor_vehicle=destination", OPEN),
        ("residential motor_vehicle=yes motorcar=no", SHUT),
        ("residential motor_vehicle=no motorcar=permissive", OPEN),
        ("residential motor_vehicle=agricultural", SHUT),
        ("residential motor_vehicle=agricultural;destination", OPEN),
        ("residential foot=no", OPEN),
        ("track tracktype=grade1", OPEN),
        ("track tracktype=grade2", OPEN),
        ("track tracktype=grade3", SHUT),
        ("track tracktype=grade3 motor_vehicle=yes", OPEN),
        ("track motorcar=destination", OPEN),
        ("track access=yes", SHUT),  # says nothing of motors
        ("track tracktype=grade1 motor_vehicle=forestry", SHUT),
        ("track tracktype=grade1 access=private", SHUT),
        ("primary oneway=yes", THERE),
        ("primary oneway=true", THERE),
        ("primary oneway=1", THERE),
        ("primary oneway=-1", BACK),
        ("primary oneway=reverse", BACK),
        ("primary oneway=no", OPEN),
        ("primary oneway=reversible", OPEN),
        ("primary oneway=alternating", OPEN),
        ("primary oneway=nonsense", OPEN),
        ("motorway", THERE),
        ("motorway_link", THERE),
        ("motorway_link oneway=no", OPEN),
        ("motorway oneway=-1", BACK),
        ("motorway oneway=nonsense", THERE),
        ("trunk_link", OPEN),
        ("residential junction=roundabout", THERE),
        ("residential junction=circular", THERE),
        ("residential junction=roundabout oneway=no", OPEN),
        ("residential junction=roundabout access=private", SHUT),
    ],
)
def test_driving(text: str, expected: Direction) -> None:
    assert driving(tagged(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *classes("residential living_street service unclassified tertiary primary trunk", OPEN),
        *classes("cycleway track busway road", OPEN),
        *classes("motorway motorway_link steps corridor construction", SHUT),
        *classes("path footway pedestrian bridleway", SHUT),
        ("path bicycle=yes", OPEN),
        ("footway bicycle=designated", OPEN),
        ("pedestrian bicycle=dismount", OPEN),
        ("steps bicycle=yes", SHUT),
        ("motorway bicycle=yes", SHUT),
        ("path access=yes", SHUT),  # on foot that is
        ("residential bicycle=no", SHUT),
        ("residential bicycle=use_sidepath", OPEN),
        ("residential vehicle=no", SHUT),
        ("residential vehicle=no bicycle=yes", OPEN),
        ("residential access=private", SHUT),
        ("residential access=destination", OPEN),
        ("residential motor_vehicle=no", OPEN),  # e-bikes are no motor vehicles
        ("residential motorcar=no", OPEN),
        ("residential foot=no", OPEN),
        ("primary motorroad=yes", SHUT),
        ("primary motorroad=yes bicycle=yes", OPEN),
        ("track tracktype=grade3", OPEN),
        ("track tracktype=grade4", SHUT),
        ("track tracktype=grade5 bicycle=yes", OPEN),
        ("service service=emergency_access", SHUT),
        ("residential oneway=yes", THERE),
        ("residential oneway=-1", BACK),
        ("residential oneway=yes oneway:bicycle=no", OPEN),
        ("residential oneway:bicycle=yes", THERE),
        ("residential oneway:bicycle=<script>", OPEN),
        ("primary junction=roundabout", THERE),
        ("path bicycle=yes oneway=yes", THERE),
    ],
)
def test_riding(text: str, expected: Direction) -> None:
    assert riding(tagged(text)) == expected


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "highway": st.sampled_from(["", "primary", "track", "footway", "motorway"]),
                "access": st.sampled_from(["", "no", "yes", "<script>"]),
                "motor_vehicle": st.sampled_from(["", "no", "yes"]),
                "foot": st.sampled_from(["", "no", "yes"]),
                "bicycle": st.sampled_from(["", "no", "yes", "dismount"]),
                "oneway:bicycle": st.sampled_from(["", "no"]),
                "oneway": st.sampled_from(["", "yes", "-1"]),
                "name": st.text(max_size=3),
            }
        ),
        max_size=12,
    )
)
def test_every_way_gets_the_verdict_on_its_own_tags(rows: list[dict[str, str]]) -> None:
    keys = ["highway", "access", "motor_vehicle", "foot", "bicycle", "oneway", "name"]
    keys.append("oneway:bicycle")
    # A foreign index must not matter.
    frame = pd.DataFrame(rows, columns=keys, index=range(7, 7 + len(rows)))
    assert list(directions(frame, "walk")) == [walking(row) for row in rows]
    assert list(directions(frame, "ebike")) == [riding(row) for row in rows]
    assert list(directions(frame, "drive")) == [driving(row) for row in rows]


def test_columns_that_are_missing_say_nothing() -> None:
    frame = pd.DataFrame({"highway": ["primary", "steps"]})
    assert list(directions(frame, "drive")) == [OPEN, SHUT]
    assert list(directions(pd.DataFrame({"name": ["x"]}), "walk")) == [SHUT]
