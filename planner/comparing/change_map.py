"""A comparison on the map: difference, swipe and side by side, switched in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import folium
from folium.template import Template

from planner.comparing.compare import LETTERS, Comparison, Difference
from planner.comparing.words import COMPARE_MAP
from planner.maps.codec import pack, text_of
from planner.maps.layers import PacketLayer
from planner.maps.shown import Shown, shown_state
from planner.maps.state import notices, plan_state
from planner.wording.language import LANGUAGES, Language

__all__ = ["CompareLayer", "compare_group", "compare_state"]

SITE_CODES = {"kept": 0, "added": 1, "dropped": 2, "moved": 3}
"""As ``SITES`` in ``assets/compare_change.js`` has them."""


class CompareLayer(PacketLayer):
    """Plans side by side on the map of their region, in place of what it showed."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        RecycleNet.compare({{ this.map_name() }}, "{{ this.packed }}");
        {% endmacro %}
        """
    )


def compare_group(
    comparison: Comparison, lang: Language, pairs: Sequence[tuple[int, int]] = ()
) -> folium.FeatureGroup:
    """Wrap pairs of plans for ``st_folium(feature_group_to_add=...)``.

    Parameters
    ----------
    pairs
        Which may be looked at, the first at once; all if empty. The map has a choice of its own
        where there are several.
    """
    group = folium.FeatureGroup("compare")
    CompareLayer(text_of(compare_state(comparison, lang, pairs))).add_to(group)
    return group


def compare_state(
    comparison: Comparison, lang: Language, pairs: Sequence[tuple[int, int]] = ()
) -> bytes:
    """Pack plans and what changes between them for ``assets/compare.js``.

    Cells are not told: each plan's state has who serves them, and the browser compares.
    """
    chosen = [one for one in comparison.differences if not pairs or (one.a, one.b) in set(pairs)]
    if pairs:
        chosen.sort(key=lambda one: list(pairs).index((one.a, one.b)))
    # Plans that no pair needs stay at home.
    rows = sorted({row for one in chosen for row in (one.a, one.b)})
    place = {row: n for n, row in enumerate(rows)}
    plans = [comparison.plans[row] for row in rows]
    said = [sentence for plan in plans for sentence in notices(plan, lang)]
    column = LANGUAGES.index(lang)
    header = {
        "names": [comparison.label(row) for row in rows],
        "letters": [LETTERS[row] for row in rows],
        "states": [text_of(plan_state(plan, lang)) for plan in plans],
        "edits": [text_of(shown_state(Shown(edits=plan.scenario.edits))) for plan in plans],
        "pairs": [{**_pair(one), "a": place[one.a], "b": place[one.b]} for one in chosen],
        "shown": 0,
        "notices": list(dict.fromkeys(said)),
        "words": {key: both[column] for key, both in sorted(COMPARE_MAP.table.items())},
    }
    return pack(header, [])


def _pair(one: Difference) -> dict[str, Any]:
    return {
        "people": one.people,
        "sites": [
            [SITE_CODES[site.change], site.row_a, site.row_b, site.distance_m] for site in one.sites
        ],
        "townships": [
            {
                "pass": [row.pass_a, row.pass_b],
                "gained": row.gained,
                "lost": row.lost,
                "share": [row.share_a, row.share_b],
                "sites": [row.sites_a, row.sites_b],
            }
            for row in one.townships
        ],
    }
