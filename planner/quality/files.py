"""The data-quality sheet as files: a page and a table, both in both languages, without internet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

from geo.folder import refuse_foreign, written_whole
from planner.errors import OutputError
from planner.outputs import spreadsheet_cell
from planner.quality.quality import QualitySheet
from planner.quality.words import QUALITY
from planner.wording.language import LANGUAGES

__all__ = ["quality_csv", "quality_html", "write_quality"]

FILES = ("quality.csv", "quality.html")
COLUMNS = ("topic", "where", "figure", "grade", "remedy")
STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;
max-width:76rem;padding:0 1rem;color:#17252b;background:#fff}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;
border-bottom:1px solid #d5dee2}.good{color:#0b6a6f}.doubtful{color:#8a5a00}.poor{color:#b3361b}
td.grade{font-weight:600;white-space:nowrap}section{margin-bottom:3rem}small{color:#51646d}
"""


def quality_csv(sheets: Sequence[QualitySheet]) -> str:
    """Render the sheet, one of each language, as a table (to be encoded as utf-8-sig)."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    named = [f"{column}_{language}" for column in COLUMNS for language in LANGUAGES]
    table.writerow(["kind", "code", *named, "link"])
    for rows in zip(*(sheet.rows for sheet in sheets), strict=True):
        told: list[str] = []
        for column in COLUMNS:
            for row, language in zip(rows, LANGUAGES, strict=True):
                value = str(getattr(row, column))
                told.append(QUALITY.say(value, language) if column == "grade" else value)
        cells = (rows[0].key, rows[0].code, *told, rows[0].link)
        table.writerow([spreadsheet_cell(cell) for cell in cells])
    return text.getvalue()


def quality_html(sheets: Sequence[QualitySheet]) -> str:
    """Render the sheet, one of each language, as a page that fetches nothing."""
    sections = []
    for sheet, language in zip(sheets, LANGUAGES, strict=True):
        lang = "zh-CN" if language == "zh" else "en"
        heads = [QUALITY.say(f"column-{column}", language) for column in (*COLUMNS, "link")]
        lines = [
            f'<section lang="{lang}"><h1>{escape(sheet.title)}</h1><p>{escape(sheet.sums)}</p>',
            f"<p><small>{escape(sheet.limits)}</small></p><table><thead><tr>",
            *(f'<th scope="col">{escape(head)}</th>' for head in heads),
            "</tr></thead><tbody>",
        ]
        for row in sheet.rows:
            where = escape(row.where) + (f" <small>{escape(row.code)}</small>" if row.code else "")
            link = (
                f'<a rel="noopener noreferrer" href="{escape(row.link)}">OSM</a>'
                if row.link
                else ""
            )
            lines.append(
                f"<tr><td>{escape(row.topic)}</td><td>{where}</td><td>{escape(row.figure)}</td>"
                f'<td class="grade {row.grade}">{escape(QUALITY.say(row.grade, language))}</td>'
                f"<td>{escape(row.remedy)}</td><td>{link}</td></tr>"
            )
        lines.append(f"</tbody></table><p><small>{escape(sheet.licence)}</small></p></section>")
        sections.append("\n".join(lines))
    title = " · ".join(escape(sheet.title) for sheet in sheets)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
        + "\n".join(sections)
        + "\n</body></html>\n"
    )


def write_quality(sheets: Sequence[QualitySheet], folder: Path) -> None:
    """Write ``quality.csv`` and ``quality.html``; a sheet that stands there is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    try:
        refuse_foreign(folder, is_ours=_is_sheet, names=frozenset(FILES))
        with written_whole(folder) as partial:
            (partial / "quality.csv").write_bytes(quality_csv(sheets).encode("utf-8-sig"))
            (partial / "quality.html").write_text(quality_html(sheets), "utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise OutputError(
            f"cannot be written ({getattr(error, 'strerror', None) or error})",
            where=str(folder),
            remedy="Choose another --out",
        ) from error


def _is_sheet(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)
