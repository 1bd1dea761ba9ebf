from __future__ import annotations

from collections import Counter

from planner.plan import Plan
from planner.policy.naming import numbers_of, place_name
from planner.wording.language import LANGUAGES


def test_every_place_has_a_name_of_its_own(town_plan: Plan) -> None:
    frame = town_plan.bundle.candidates.frame
    names = town_plan.bundle.region.townships["name"].tolist()
    numbers = numbers_of(frame)
    seen: Counter[tuple[int, str]] = Counter()
    for at, row in enumerate(frame.itertuples(index=False)):
        seen[row.township, row.kind] += 1
        assert numbers[at] == seen[row.township, row.kind]
    rows = [
        {"name": row.name, "kind": row.kind, "township": names[row.township], "number": number}
        for row, number in zip(frame.itertuples(index=False), numbers, strict=True)
        if not row.name
    ]
    assert rows
    for lang in LANGUAGES:
        told = [place_name(row, lang) for row in rows]
        assert len(set(told)) == len(told)
    assert place_name({**rows[0], "name": " A "}, "en") == "A"
