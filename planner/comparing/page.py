"""A comparison as one page that opens without internet: map, verdict and every table."""

from __future__ import annotations

from html import escape

from planner.comparing.change_map import CompareLayer, compare_state
from planner.comparing.compare import LETTERS, Comparison
from planner.comparing.sheets import Cell, Sheet, cell_text, notes, sheets, verdict
from planner.comparing.words import COMPARE
from planner.maps.codec import text_of
from planner.maps.page import page_html, still_map
from planner.wording.language import Language

__all__ = ["compare_html"]


def compare_html(comparison: Comparison, lang: Language, *, review_number: str = "") -> str:
    """Render the comparison as one file.

    Parameters
    ----------
    review_number
        The map-review number (审图号) to print; without one the map calls itself a draft.

    Raises
    ------
    OutputError
        If the vendored map files are missing (``make setup`` brings them).
    """
    bundle = comparison.plans[0].bundle
    page = still_map(bundle, lang, review_number)
    CompareLayer(text_of(compare_state(comparison, lang))).add_to(page)
    title = f"{bundle.region.name} · {COMPARE.say('title', lang)}"
    html = page_html(page, bundle, title, _head(comparison, title, lang), lang)
    html = html.replace("<body>", '<body class="rn-page">', 1)
    # User text enters only now, escaped, when no template engine looks at the page any more.
    before, body, after = html.rpartition("</body>")
    return before + _tables(comparison, lang) + body + after


def _head(comparison: Comparison, title: str, lang: Language) -> str:
    names = "".join(
        f"<li><b>{LETTERS[row]}</b> {escape(name)}</li>"
        for row, name in enumerate(comparison.names)
    )
    told = "".join(
        f'<div data-pair="{n}"{_hidden(n)}>'
        + "".join(f"<p>{escape(line)}</p>" for line in verdict(comparison, pair, lang))
        + "</div>"
        for n, pair in enumerate(comparison.differences)
    )
    return (
        f"<noscript>{escape(COMPARE.say('no-script', lang))}</noscript>\n"
        f'<header class="rn-head"><h1>{escape(title)}</h1><ul>{names}</ul>{told}</header>\n'
    )


def _tables(comparison: Comparison, lang: Language) -> str:
    row_of = {(pair.a, pair.b): n for n, pair in enumerate(comparison.differences)}
    parts = [
        _table(sheet, row_of.get(sheet.pair) if sheet.pair else None, lang)
        for sheet in sheets(comparison, lang)
    ]
    said = "".join(f"<li>{escape(line)}</li>" for line in notes(comparison, lang))
    title = escape(COMPARE.say("notes", lang))
    parts.append(f"<section><h2>{title}</h2><ul>{said}</ul></section>")
    return f'<main class="rn-tables">{"".join(parts)}</main>\n'


def _table(sheet: Sheet, pair: int | None, lang: Language) -> str:
    title = sheet.title
    if sheet.pair is not None:
        title += f" {LETTERS[sheet.pair[0]]} → {LETTERS[sheet.pair[1]]}"
    mark = "" if pair is None else f' data-pair="{pair}"{_hidden(pair)}'
    head = f"<section{mark}><h2>{escape(title)}</h2>"
    if not sheet.rows:
        empty = COMPARE.say(
            "parameters-same" if sheet.key == "parameters" else "nothing-there", lang
        )
        return f"{head}<p>{escape(empty)}</p></section>"
    if sheet.key == "townships":
        hint = escape(COMPARE.say("filter", lang))
        only = escape(COMPARE.say("changed-only", lang))
        head += (
            f'<div class="rn-filter"><input type="search" placeholder="{hint}" '
            f'aria-label="{hint}"><label><input type="checkbox"> {only}</label></div>'
        )
    sortable = sheet.key in ("townships", "sites")
    titles = "".join(_heading(text, sortable=sortable) for text in sheet.head)
    rows = "".join(_row(sheet, cells, lang) for cells in sheet.rows)
    return (
        f'{head}<div class="rn-scroll"><table class="rn-{sheet.key}"><thead><tr>{titles}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div></section>"
    )


def _heading(text: str, *, sortable: bool) -> str:
    inside = f'<button type="button">{escape(text)}</button>' if sortable else escape(text)
    return f'<th scope="col">{inside}</th>'


def _row(sheet: Sheet, cells: tuple[Cell, ...], lang: Language) -> str:
    changed = sheet.key == "townships" and cells[2].value != COMPARE.say("same", lang)
    return (
        ("<tr data-changed>" if changed else "<tr>")
        + "".join(_data(cell, lang) for cell in cells)
        + "</tr>"
    )


def _data(cell: Cell, lang: Language) -> str:
    text = escape(cell_text(cell, lang))
    if cell.value is not None and not isinstance(cell.value, str):
        sign = ""
        if cell.delta and cell.value:
            sign = " rn-up" if cell.value > 0 else " rn-down"
        return f'<td class="rn-number{sign}" data-value="{cell.value!r}">{text}</td>'
    return f'<td class="rn-number">{text}</td>' if cell.kind != "text" else f"<td>{text}</td>"


def _hidden(pair: int) -> str:
    return " hidden" if pair else ""
