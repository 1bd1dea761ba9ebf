from __future__ import annotations

import pytest

from planner.errors import ScenarioError
from planner.policy.fields import flag, number, one_of, refuse_unknown, table_of, whole
from planner.wording.errors import say_error


@pytest.mark.parametrize(
    ("read", "said", "where"),
    [
        (lambda: number("policy.x", "a", True, 0, 1), "number from 0 to 1", "policy.x.a"),
        (lambda: number("policy.x", "a", float("nan"), 0, 1), "nan", "policy.x.a"),
        (lambda: number("policy.x", "a", "1", 0, 1), "'1'", "policy.x.a"),
        (lambda: number("policy.x", "a", 10**400, 0, 1), "1000", "policy.x.a"),
        (lambda: whole("policy.x", "a", 1.0, 0, 1), "1.0", "policy.x.a"),
        (lambda: whole("policy.x", "a", True, 0, 1), "True", "policy.x.a"),
        (lambda: flag("policy.x", "a", 1), "true or false", "policy.x.a"),
        (lambda: one_of("policy.x", "a", ["quick"], "quick", "exact"), "quick or", "policy.x.a"),
        (lambda: table_of("policy.x", []), "a table", "policy.x"),
        (
            lambda: refuse_unknown("policy.x", {"b": 1}, {"a"}, "c."),
            "unknown field c.'b'",
            "policy.x",
        ),
    ],
)
def test_a_refusal_names_field_value_and_remedy(read, said: str, where: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ScenarioError) as caught:
        read()
    assert said in str(caught.value)
    assert where in str(caught.value)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in say_error(caught.value, "zh"))


def test_what_is_allowed_comes_back() -> None:
    assert number("policy.x", "a", 1, 0, 1) == 1.0
    assert whole("policy.x", "a", 0, 0, 1) == 0
    assert flag("policy.x", "a", False) is False
    assert one_of("policy.x", "a", "exact", "quick", "exact") == "exact"
    refuse_unknown("policy.x", {"a": 1}, {"a"})
