from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.scenario import Scenario
from planner.store.sharing import new_id, new_key
from planner.ui.links import Link, link_at, link_to, question_at, question_link

ANY = st.dictionaries(st.sampled_from(["s", "v", "key", "e", "region", "radius", "x"]), st.text())


@given(parameters=ANY)
def test_nothing_in_a_link_is_believed(parameters: dict[str, str]) -> None:
    link = link_at(parameters)
    for name in (link.saved_id, link.edits_id):
        assert name == "" or (len(name) == 22 and name.isascii())
    assert link.key == "" or len(link.key) == 32
    assert link.version is None or 0 < link.version < 10**9
    assert link.asks == bool({"e", "radius"} & set(parameters))


@given(version=st.none() | st.integers(1, 10**9 - 1), own=st.booleans())
def test_a_link_comes_back(version: int | None, own: bool) -> None:
    link = Link(saved_id=new_id(), version=version, key=new_key() if own else "", region_id="r")
    told = link_to("http://h:8501/base/scenarios?lang=en#x", link, pages=("scenarios",))
    parts = urlsplit(told)
    assert (parts.netloc, parts.path, parts.fragment) == ("h:8501", "/base/", "")
    back = {key: value[0] for key, value in parse_qs(parts.query).items()}
    assert link_at(back) == link
    assert ("key" in back) is own


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "1e3", "１", "²", "x", " 1", "9" * 30])
def test_versions_that_are_none(text: str) -> None:
    assert link_at({"s": new_id(), "v": text}).version is None


def test_a_question_that_is_not_saved() -> None:
    scenario = Scenario(minutes=12.0, urban_target=None, max_sites=7, seed=3)
    name = new_id()
    link, told = question_at(question_link("jingdezhen", scenario, name))
    assert told.scenario == scenario and not told.refused
    assert (link.region_id, link.edits_id, link.asks) == ("jingdezhen", name, True)


def test_where_the_page_is_not_known() -> None:
    assert link_to(None, Link(saved_id="A" * 22)) == "/?s=" + "A" * 22
