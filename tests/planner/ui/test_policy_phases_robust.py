from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import Plan

SECTIONS = {
    "phases": ("planner.ui.policy_phases", "show_phases"),
    "robust": ("planner.ui.policy_robust", "show_robust"),
}


@pytest.mark.parametrize("part", SECTIONS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_works_only_when_asked(part: str, language: str, town_plan: Plan) -> None:
    def page(module, name, plan, language):  # type: ignore[no-untyped-def]
        import importlib

        getattr(importlib.import_module(module), name)("town", plan, language)

    module, name = SECTIONS[part]
    app = AppTest.from_function(page, args=(module, name, town_plan, language), default_timeout=60)
    app.run()
    assert not app.exception
    assert not app.metric
    app.button(key=f"{part}-button").click().run()
    assert not app.exception
    assert not app.error
    assert len(app.metric) in (3, 4)
    assert len(app.dataframe) >= 1
