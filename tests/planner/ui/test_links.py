from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.scenario import Scenario
from planner.store.sharing import new_id, new_key
from planner.ui.links import Link, Question, link_at, link_to, question_in, token_of

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
    asked = Question(name="近期", region_id="jingdezhen", scenario=scenario, edits_id=name)
    assert question_in(token_of(asked)) == asked
    named = Question(name="a" * 60, region_id="", scenario=Scenario(name="a" * 60))
    assert question_in(token_of(named)) == named


@given(
    name=st.text(st.characters(codec="utf-8"), max_size=80).filter(str.isprintable),
    radius=st.integers(100, 30_000),
    share=st.none() | st.integers(1, 100),
    budget=st.none() | st.integers(1, 500),
)
def test_a_token_is_a_short_word_of_an_address(
    name: str, radius: int, share: int | None, budget: int | None
) -> None:
    scenario = Scenario(
        radius_m=float(radius),
        urban_target=None if share is None else share / 100,
        max_sites=budget,
    )
    token = token_of(Question(name=name, region_id="r" * 22, scenario=scenario))
    assert re.fullmatch(r"q\.[A-Za-z0-9_-]{1,1000}", token)
    found = question_in(token)
    assert found is not None
    assert (found.name, found.scenario) == (name[:60], scenario)


def written(**told: object) -> str:
    text = json.dumps(told).encode()
    return "q." + urlsafe_b64encode(text).decode().rstrip("=")


GOOD = {"radius": "700", "mode": "walk", "name": "a"}


@pytest.mark.parametrize(
    "token",
    [
        *("", "q.", "q", "k1", "q.%00", "q.é", "q.AAAA", "Q.e30", "q." + "A" * 9000),
        "q." + urlsafe_b64encode(b"[" * 2900).decode(),
        "q." + urlsafe_b64encode(b"[1, 2]").decode(),
        "q." + urlsafe_b64encode(b"\xff\xfe{}").decode(),
        written(**GOOD | {"radius": 700}),
        written(**GOOD | {"radius": "1e999"}),
        written(**GOOD | {"mode": "teleport"}),
        written(**GOOD | {"e": "../../x"}),
        written(**GOOD | {"e": ""}, key="A" * 32),
        written(**GOOD | {"name": "a\nb"}),
        written(**GOOD | {"name": "\ud800"}),
        written(**GOOD | {"name": "x" * 61}),
        written(**GOOD | {"s": "A" * 22}),
    ],
)
def test_a_token_holds_altogether_or_not_at_all(token: str) -> None:
    assert question_in(token) is None
    assert question_in(written(**GOOD)) is not None


@given(at=st.integers(2, 150), by=st.characters(codec="ascii"))
def test_a_token_that_was_changed_is_refused_or_good(at: int, by: str) -> None:
    token = token_of(Question(name="a", region_id="r", scenario=Scenario(radius_m=650.0)))
    found = question_in(token[:at] + by + token[at + 1 :])
    if found is not None:  # another question, then, but a whole one
        assert token_of(found).startswith("q.")
    body = urlsafe_b64decode(token[2:] + "=" * (-len(token[2:]) % 4))
    assert json.loads(body)["radius"] == "650"


def test_where_the_page_is_not_known() -> None:
    assert link_to(None, Link(saved_id="A" * 22)) == "/?s=" + "A" * 22
