"""From a paper to a Word file."""

import io
import zipfile
from datetime import datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from chengan.city.papers.paper import Block, Facts, Heading, Paper, Picture, Table, Text

CHINESE = "宋体"
QUIET = RGBColor(0x5F, 0x6B, 0x7A)


def word(paper: Paper, *, at: datetime) -> bytes:
    """Give `paper` as a .docx dated `at`; the same paper and date give the same bytes."""
    document = docx.Document()
    _dress(document, paper, at)
    document.add_heading(paper.title, level=0)
    if paper.subtitle:
        document.add_paragraph(paper.subtitle)
    for block in paper.blocks:
        _add(document, block)
    kept = io.BytesIO()
    document.save(kept)
    return _dated(kept, at)


def _dated(made: io.BytesIO, at: datetime) -> bytes:
    """Give every part of the file the date `at`, so that the same paper is the same bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            named = zipfile.ZipInfo(part.filename, at.timetuple()[:6])
            named.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(named, before.read(part.filename))
    return kept.getvalue()


def _dress(document: Document, paper: Paper, at: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author = paper.title, "Chengan"
    properties.created = properties.modified = at.replace(tzinfo=None)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.name = "Calibri"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE)
    document.styles["Normal"].font.size = Pt(10.5)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if paper.mark:
        section.header.paragraphs[0].add_run(paper.mark).bold = True
    if paper.footer:
        section.footer.paragraphs[0].text = paper.footer


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(text, level=level)
        case Text(text, is_note):
            run = document.add_paragraph().add_run(text)
            if is_note:
                run.font.size, run.font.color.rgb = Pt(9), QUIET
        case Facts(rows):
            _grid(document, [list(row) for row in rows])
        case Table(headers, rows):
            _grid(document, [list(headers), *[list(row) for row in rows]], has_header=True)
        case Picture(image, caption, width_mm):
            document.add_picture(io.BytesIO(image), width=Mm(width_mm))
            document.add_paragraph(caption, style="Caption")


def _grid(document: Document, rows: list[list[str]], *, has_header: bool = False) -> None:
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for line, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(line.cells, values, strict=True):
            cell.text = value
    if has_header:
        for cell in table.rows[0].cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
