from __future__ import annotations

import pytest

from geo.kinds import default_kinds
from planner.plan import Plan
from planner.roles import HOSTS, ROLES, role_of, roles_of


@pytest.mark.parametrize(
    ("kind", "existing", "role"),
    [
        ("recycling_point", True, "existing"),
        ("waste_disposal", True, "existing"),
        ("waste_disposal", False, "hosted"),
        ("transfer_station", False, "hosted"),
        ("sanitary_dump", False, "hosted"),
        ("mobile", False, "mobile"),
        ("supermarket", False, "new"),
        ("a-kind-of-my-own", False, "new"),
    ],
)
def test_role_of_a_kind(kind: str, existing: bool, role: str) -> None:
    assert role_of(kind, existing) == role


def test_hosts_are_kinds_of_the_table_whose_names_say_so() -> None:
    named = {row.kind for row in default_kinds().kinds if "垃圾" in row.name_zh}
    named |= {row.kind for row in default_kinds().kinds if row.name_zh in ("环卫站", "填埋场")}
    assert named == HOSTS


def test_roles_of_a_plan(town_plan: Plan) -> None:
    sites = town_plan.sites
    assert sites["role"].tolist() == roles_of(sites["kind"], sites["existing"])
    assert set(sites["role"]) <= set(ROLES)
    assert (sites["role"].eq("existing") == sites["existing"]).all()
