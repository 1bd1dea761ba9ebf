"""Openings year by year as a chart: a bar for each site, or for each township if they are many."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from planner.picture.fonts import has_chinese, typeface
from planner.policy.naming import place_name
from planner.policy.phases.words import PHASES_WORDS
from planner.wording.language import Language

__all__ = ["COLOURS", "MOST_BARS", "SHADES", "bars_of", "gantt_png"]

MOST_BARS = 60
"""More sites than this are told by township."""
COLOURS = {"standing": "#8a949c", "built": "#5b6b76", "planned": "#1d5fc4"}
SHADES = ("#0b4f6c", "#2f7f9c", "#69b0c4", "#a9d3dd", "#d8ecf0")


def bars_of(record: dict[str, Any], lang: Language) -> tuple[str, list[dict[str, Any]]]:
    """Say what the bars are, and what each of them tells.

    Returns
    -------
    ``"sites"`` or ``"townships"``, and a row for each bar: ``label``, ``year``, ``n``, ``state``.
    Sites that stand already are no openings: they have no bar.
    """
    new = [row for row in record["sites"] if row["state"] != "standing"]
    if len(new) <= MOST_BARS:
        bars = [
            {
                "label": f"{row['order']}. {_place(row, lang)}",
                "year": row["year"],
                "n": 1,
                "state": row["state"],
            }
            for row in new
        ]
        return "sites", bars
    counts: dict[tuple[str, str, int], int] = {}
    for row in new:
        key = row["township_code"], row["township"], row["year"]
        counts[key] = counts.get(key, 0) + 1
    names = [name for name, _ in {(name, code) for code, name, _ in counts}]
    bars = [
        {
            "label": f"{name} ({code})" if names.count(name) > 1 else name,
            "year": year,
            "n": n,
            "state": "planned",
        }
        for (code, name, year), n in sorted(counts.items())
    ]
    return "townships", bars


def _place(row: dict[str, Any], lang: Language) -> str:
    """A name that says the township too."""
    name = place_name(row, lang)
    return f"{name} ({row['township']})" if row["name"] else name


def gantt_png(record: dict[str, Any], lang: Language) -> bytes:
    """Draw the chart; the same record gives the same bytes.

    Raises
    ------
    MissingToolError
        If a text is Chinese and the machine has no Chinese typeface.
    """
    what, bars = bars_of(record, lang)
    years = [row["year"] for row in record["years"]]
    labels = list(dict.fromkeys(bar["label"] for bar in bars))
    chinese = lang == "zh" or any(has_chinese(label) for label in labels)
    small = typeface(chinese=chinese, size_pt=7.5)
    height = 1.2 + 0.2 * max(4, len(labels))
    canvas = Canvas(figsize=(10.0, height), dpi=150, facecolor="#ffffff")
    FigureCanvasAgg(canvas)
    axes = canvas.add_axes((0.36, 0.45 / height, 0.6, 1.0 - 1.05 / height))
    end = years[-1] + 1
    for bar in bars:
        row = labels.index(bar["label"])
        if what == "sites":
            axes.barh(row, end - bar["year"], left=bar["year"], color=COLOURS[bar["state"]])
            continue
        shade = SHADES[min(years.index(bar["year"]), len(SHADES) - 1)]
        axes.barh(row, 1, left=bar["year"], color=shade)
        ink = "#ffffff" if years.index(bar["year"]) < 2 else "#1d2a33"
        axes.text(
            bar["year"] + 0.5,
            row,
            str(bar["n"]),
            ha="center",
            va="center",
            color=ink,
            fontproperties=small,
        )
    axes.set_xlim(min([*years, *(bar["year"] for bar in bars)]), end)
    axes.set_ylim(max(len(labels), 4) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)))
    # "$" would be read as mathematics.
    plain = [label.replace("$", r"\$")[:60] for label in labels]
    axes.set_yticklabels(plain, fontproperties=small)
    axes.set_xticks([year + 0.5 for year in years])
    axes.set_xticklabels([str(year) for year in years], fontproperties=small)
    axes.set_axisbelow(True)
    for year in years[1:]:
        axes.axvline(year, color="#c9d1d6", linewidth=0.8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    title = PHASES_WORDS.say("gantt" if what == "sites" else "gantt-townships", lang)
    canvas.text(
        0.02,
        1.0 - 0.35 / height,
        title,
        fontproperties=typeface(chinese=chinese, size_pt=12, bold=True),
    )
    out = io.BytesIO()
    canvas.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
