"""The report as a Word file, to be edited in WPS or Word: styles, tables, page numbers."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from planner.checking.check import Report as Check
from planner.packs.zipped import zipped
from planner.picture.sheet import map_png
from planner.plan import Plan
from planner.report.blocks import (
    Block,
    Cards,
    Column,
    Heading,
    Imprint,
    Note,
    Paragraph,
    Picture,
    Points,
    Report,
    Table,
)
from planner.report.content import report_content
from planner.report.words import REPORT_WORDS
from planner.wording.language import Language

__all__ = ["rendered", "report_docx"]

#: Faces that Windows, WPS and macOS have or replace by their own; nothing is embedded.
LATIN, CHINESE = "Arial", "微软雅黑"
TEAL, INK, SOFT, BAD = (
    RGBColor.from_string(one) for one in ("0B6A6F", "1F2A30", "5D6A72", "A3195B")
)
PICTURE_PX = 2400
MARGIN_MM = 20
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
# Word reads a paragraph's properties in this order only (ISO/IEC 29500-1, CT_PPr).
AFTER_SHADE = (
    *("w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct"),
    *("w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd"),
    *("w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents"),
    *("w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:outlineLvl"),
    *("w:rPr", "w:sectPr"),
)
NO_DATE = datetime.datetime(1980, 1, 1)


def report_docx(
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
        If the machine has no Chinese typeface to draw the map with.
    """
    imprint = imprint or Imprint()
    report = report_content(plan, lang, imprint=imprint, repairs=repairs, check=check, more=more)
    picture = map_png(plan, lang, review_number=imprint.review_number, width_px=PICTURE_PX)
    return rendered(report, lang, picture)


def rendered(report: Report, lang: Language, picture: bytes = b"") -> bytes:
    """Render any report; the same report gives the same bytes.

    Parameters
    ----------
    picture
        PNG, for a report that has a map.
    """
    document = Document()
    _styles(document, report.language)
    _properties(document, report)
    _paper(document.sections[0])
    _title(document, report)
    for row, block in enumerate(report.blocks):
        before = report.blocks[row + 1] if row + 1 < len(report.blocks) else None
        if not isinstance(before, Picture):
            _add(document, block, report.blocks[row - 1] if row else None, picture)
    for section in document.sections:
        _frame(section, report, lang)
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def _add(document: DocumentType, block: Block, previous: Block | None, picture: bytes) -> None:
    match block:
        case Heading():
            document.add_heading(block.text, block.level)
        case Paragraph():
            document.add_paragraph(block.text, "Small" if block.small else None)
        case Points():
            for item in block.items:
                document.add_paragraph(item, "List Bullet")
        case Note():
            document.add_paragraph(block.text, "Remark")
        case Cards():
            _cards(document, block)
        case Table():
            _table(document, block)
        case Picture():
            assert isinstance(previous, Heading)
            _sheet(document, previous, block, picture)


def _styles(document: DocumentType, language: str) -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _face(normal, size_pt=10, colour=INK)
    normal.paragraph_format.space_after = Pt(5)
    normal.paragraph_format.line_spacing = 1.3
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "en-GB")
    lang.set(qn("w:eastAsia"), "zh-CN" if language == "zh-CN" else "en-GB")
    normal.element.get_or_add_rPr().append(lang)
    for name, size_pt in (("Title", 22.0), ("Heading 1", 14.0), ("Heading 2", 11.5)):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _face(style, size_pt=size_pt, colour=INK if name != "Heading 1" else TEAL, bold=True)
        style.paragraph_format.space_before = Pt(0 if name == "Title" else 14)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
        for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
            style.element.pPr.remove(border)  # the template's own rule under titles
    bullets = document.styles["List Bullet"]
    assert isinstance(bullets, ParagraphStyle)
    _face(bullets, size_pt=10, colour=INK)
    bullets.paragraph_format.space_after = Pt(2)
    for name, size_pt, colour in (("Small", 8.5, SOFT), ("Remark", 9.0, INK), ("Cell", 8.5, INK)):
        style = document.styles.add_style(name, 1)
        assert isinstance(style, ParagraphStyle)
        style.base_style = normal
        _face(style, size_pt=size_pt, colour=colour)
        style.paragraph_format.space_after = Pt(0 if name == "Cell" else 3)
        style.paragraph_format.line_spacing = 1.15
    remark = document.styles["Remark"].element.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    borders.append(_border("left", "D9A520", size=18, space=6))
    remark.insert_element_before(borders, "w:shd", *AFTER_SHADE)
    remark.insert_element_before(_shade("FFF8E6"), *AFTER_SHADE)


def _face(style: ParagraphStyle, *, size_pt: float, colour: RGBColor, bold: bool = False) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(size_pt), bold, False
    style.font.color.rgb = colour
    style.font.name = LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)
    fonts.set(qn("w:cs"), LATIN)


def _properties(document: DocumentType, report: Report) -> None:
    core = document.core_properties
    core.title, core.author, core.language = (
        report.title[:255],
        report.author[:255],
        report.language,
    )
    core.comments, core.last_modified_by, core.revision = "", "RecycleNet", 1
    core.created = core.modified = _date(report)


def _date(report: Report) -> datetime.datetime:
    """Date of the data, that the same plan be the same file; no clock is asked."""
    try:
        told = datetime.datetime.fromisoformat(report.date).replace(tzinfo=None)
    except ValueError:
        return NO_DATE
    return max(told, NO_DATE)


def _paper(section: Section, *, wide: bool = False) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    side = Mm(12 if wide else MARGIN_MM)
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = (Mm(14), Mm(14)) if wide else (Mm(22), Mm(20))
    section.header_distance = section.footer_distance = Mm(8 if wide else 10)


def _frame(section: Section, report: Report, lang: Language) -> None:
    """Write what stands at the head and the foot of each page."""
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.style = foot.style = "Small"
    head.add_run(report.running)
    stops = foot.paragraph_format.tab_stops
    wide = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    stops.add_tab_stop(wide, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(report.foot + "\t")
    pieces = REPORT_WORDS.say("page", lang, page="\0", pages="\0").split("\0")
    for piece, field in zip(pieces, ("PAGE", "NUMPAGES", ""), strict=True):
        if piece:
            foot.add_run(piece)
        if field:
            _field(foot, field)


def _field(paragraph: DocxParagraph, name: str) -> None:
    run = paragraph.add_run()
    for kind in ("begin", "", "separate", "text", "end"):
        if kind == "":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {name} "
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _title(document: DocumentType, report: Report) -> None:
    document.add_paragraph(report.title, "Title")
    for fact in report.facts:
        document.add_paragraph(fact, "Small").paragraph_format.space_after = Pt(0)
    rule = document.add_paragraph(style="Small")._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    borders.append(_border("bottom", "0B6A6F", size=16, space=1))
    rule.insert_element_before(borders, "w:shd", *AFTER_SHADE)


def _cards(document: DocumentType, block: Cards) -> None:
    table = document.add_table(rows=1, cols=len(block.figures))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, figure in zip(table.rows[0].cells, block.figures, strict=True):
        for edge in ("top", "left", "bottom", "right"):
            _edge(cell, edge, "D5DBD9", 6)
        label = cell.paragraphs[0]
        label.style = "Small"
        label.add_run(figure.label)
        value = cell.add_paragraph(style="Cell").add_run(figure.value)
        value.font.size, value.font.bold = Pt(15), True
        if figure.good is not None:
            value.font.color.rgb = TEAL if figure.good else BAD
        cell.add_paragraph(figure.note, "Small")
    document.add_paragraph(style="Small")


def _table(document: DocumentType, block: Table) -> None:
    table = document.add_table(rows=1 + len(block.rows), cols=len(block.columns))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    whole = Mm(210 - 2 * MARGIN_MM)
    share = sum(column.width for column in block.columns)
    widths = [int(whole * column.width / share) for column in block.columns]
    for grid, width in zip(table.columns, widths, strict=True):
        grid.width = width
    # Cells of a table are found anew at each call: a list of them is what is quick.
    cells = [list(row.cells) for row in table.rows]
    for number, texts in enumerate([tuple(one.title for one in block.columns), *block.rows]):
        marked = number - 1 in block.bad
        for cell, column, width, text in zip(
            cells[number], block.columns, widths, texts, strict=True
        ):
            cell.width = width
            _write(cell, column, text, head=number == 0, marked=marked)
        row = table.rows[number]._tr.get_or_add_trPr()
        row.append(OxmlElement("w:cantSplit"))
        if number == 0:
            row.append(OxmlElement("w:tblHeader"))  # repeated on each page
    document.add_paragraph(style="Small")


def _write(cell: _Cell, column: Column, text: str, *, head: bool, marked: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style, paragraph.alignment = "Cell", ALIGN[column.align]
    run = paragraph.add_run(text)
    if head:
        run.font.bold = True
        _edge(cell, "top", "0B6A6F", 10)
        _edge(cell, "bottom", "9FB3B1", 6)
    else:
        _edge(cell, "bottom", "DFE4E2", 4)
    if marked:
        run.font.color.rgb = BAD
    if head or marked:
        cell._tc.get_or_add_tcPr().append(_shade("EEF3F2" if head else "FBEEF4"))


def _sheet(document: DocumentType, heading: Heading, block: Picture, picture: bytes) -> None:
    """Put the map on a page of its own, across."""
    _paper(document.add_section(WD_SECTION.NEW_PAGE), wide=True)
    title = document.add_heading(heading.text, heading.level)
    title.paragraph_format.space_before = Pt(0)
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), height=Mm(158))
    shape._inline.docPr.set("descr", block.alt)
    _paper(document.add_section(WD_SECTION.NEW_PAGE))


def _border(edge: str, colour: str, *, size: int, space: int = 0) -> BaseOxmlElement:
    border = OxmlElement(f"w:{edge}")
    values = {"val": "single", "sz": str(size), "space": str(space), "color": colour}
    for key, value in values.items():
        border.set(qn(f"w:{key}"), value)
    return border


def _edge(cell: _Cell, edge: str, colour: str, size: int) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    borders.append(_border(edge, colour, size=size))


def _shade(colour: str) -> BaseOxmlElement:
    shade = OxmlElement("w:shd")
    for key, value in {"val": "clear", "color": "auto", "fill": colour}.items():
        shade.set(qn(f"w:{key}"), value)
    return shade


def _undated(file: bytes) -> bytes:
    """Pack the file anew: the clock is in none of its entries."""
    with zipfile.ZipFile(io.BytesIO(file)) as source:
        return zipped({name: source.read(name) for name in source.namelist()})
