"""The report as PDF: A4, typeface embedded, text that can be copied; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from planner.checking.check import Report as Check
from planner.errors import MissingToolError
from planner.picture.fonts import LATIN_FAMILY, chinese_family, has_chinese
from planner.picture.sheet import map_png
from planner.plan import Plan
from planner.report.blocks import Column, Imprint, Report, Table
from planner.report.content import report_content
from planner.report.words import REPORT_WORDS
from planner.wording.language import Language

__all__ = ["need_library", "report_html", "report_pdf"]

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
PICTURE = "recyclenet:map"
"""The one address that the page may name."""
PICTURE_PX = 2600


def report_pdf(
    plan: Plan,
    lang: Language,
    *,
    imprint: Imprint | None = None,
    repairs: Mapping[str, str] | None = None,
    check: Check | None = None,
    more: int | None = None,
) -> bytes:
    """Render a plan's report; the same plan and imprint give the same bytes.

    Parameters
    ----------
    imprint, repairs, check, more
        As in :func:`planner.report.content.report_content`.

    Raises
    ------
    MissingToolError
        If the machine has no Chinese typeface, or not the libraries that set the page.
    """
    imprint = imprint or Imprint()
    report = report_content(plan, lang, imprint=imprint, repairs=repairs, check=check, more=more)
    chinese = lang == "zh" or has_chinese(report_html(report, lang, families=()))
    families = [*([chinese_family()] if chinese else []), LATIN_FAMILY]
    page = report_html(report, lang, families=families)
    html = need_library().HTML
    picture = map_png(plan, lang, review_number=imprint.review_number, width_px=PICTURE_PX)
    made = html(string=page, base_url=None, url_fetcher=_fetcher(picture))
    pdf: bytes = made.write_pdf(pdf_tags=True)
    return pdf


def report_html(
    report: Report, lang: Language, *, families: Sequence[str], picture: str = PICTURE
) -> str:
    """Render a report as the page that is printed, or shown on a screen; all texts are escaped.

    Parameters
    ----------
    families
        Names of typefaces, the first that is there counts.
    picture
        Address of the map sheet, empty: none is shown.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        finalize=_whole,
    )
    blocks = report.blocks

    def is_before(row: int, kind: str) -> bool:
        return row + 1 < len(blocks) and type(blocks[row + 1]).__name__ == kind

    # Words of ours in quotes for CSS, counters between them.
    counters = {"page": '" counter(page) "', "pages": '" counter(pages) "'}
    number = Markup(f'"{REPORT_WORDS.say("page", lang, **counters)}"')
    template = environment.get_template("report.html")
    given = {
        "report": report,
        "page": number,
        "picture": picture,
        "screen": picture != PICTURE,
        "no_picture": REPORT_WORDS.say("map-missing", lang),
        "name_of": lambda block: type(block).__name__,
        "is_before": is_before,
        "share_of": _share_of,
    }
    # Names of ours, quoted for CSS; none of them has a quotation mark.
    quoted = ", ".join([*(f"'{name}'" for name in families), "sans-serif"])
    return template.render(**given, families=Markup(quoted))


def _whole(value: Any) -> Any:
    """Keep a number and its sign on one line."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return re.sub(r"(?<=\d) %", "\u00a0%", value)
    return value


def _share_of(column: Column, table: Table) -> str:
    return f"{100 * column.width / sum(one.width for one in table.columns):.2f}"


def need_library() -> Any:
    """Load WeasyPrint, and with it the libraries of the system that not every machine has.

    Raises
    ------
    MissingToolError
        If one of them is not there.
    """
    try:
        import weasyprint
    except OSError as error:
        raise MissingToolError(
            "the PDF report needs Pango, which this machine lacks",
            zh="生成 PDF 需要 Pango 库，本机没有。请安装（Debian、Ubuntu：sudo apt-get install "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0），或改用 Word 报告",
            where="report.pdf",
            remedy="Install it (Debian, Ubuntu: sudo apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0), or take the Word report",
        ) from error
    return weasyprint


def _fetcher(picture: bytes) -> Any:
    """Give the page its picture and refuse whatever else it may name."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            if url != PICTURE:
                raise ValueError(f"{url!r} is not fetched")
            return URLFetcherResponse(url, picture, {"Content-Type": "image/png"})

    return OnlyOurs(allowed_protocols=())
