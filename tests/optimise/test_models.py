from __future__ import annotations

import numpy as np
import pytest

from optimise import CoverMost, CoverShare, ProblemError


@pytest.mark.parametrize("radius", [0, -1.0, np.nan, np.inf, "1000", None])
@pytest.mark.parametrize(("model", "more"), [(CoverShare, {}), (CoverMost, {"max_sites": 1})])
def test_radius_is_a_positive_number(radius, model, more):
    with pytest.raises(ProblemError) as caught:
        model(radius=radius, **more)
    assert caught.value.field == f"{model.__name__}.radius"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"targets": (("a", 1.01),)}, "CoverShare.targets"),
        ({"targets": (("a", -0.1),)}, "CoverShare.targets"),
        ({"targets": (("a", float("nan")),)}, "CoverShare.targets"),
        ({"targets": (("a", 0.5), ("a", 0.6))}, "CoverShare.targets"),
        ({"objective": "people"}, "CoverShare.objective"),
        ({"tie_break": "coin"}, "CoverShare.tie_break"),
    ],
)
def test_bad_share_models(options, field):
    with pytest.raises(ProblemError) as caught:
        CoverShare(radius=1.0, **options)
    assert caught.value.field == field


@pytest.mark.parametrize("max_sites", [-1, 1.5, True, "3"])
def test_bad_budget(max_sites):
    with pytest.raises(ProblemError) as caught:
        CoverMost(radius=1.0, max_sites=max_sites)
    assert caught.value.field == "CoverMost.max_sites"


def test_models_are_values():
    assert CoverShare(radius=1.0, targets=(("a", 0.5),)) == CoverShare(
        radius=1.0, targets=(("a", 0.5),)
    )
    assert hash(CoverMost(radius=1.0, max_sites=2)) == hash(CoverMost(radius=1.0, max_sites=2))
