import io
from datetime import UTC, datetime
from pathlib import Path

import docx
import pypdf
import pytest

from chengan.city.papers import api as papers

AT = datetime(2026, 11, 25, 8, tzinfo=UTC)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PAPER = papers.Paper(
    title="态势报告",
    subtitle="样例城市",
    mark="样例数据",
    blocks=[
        papers.Heading("一、经过"),
        papers.Text("燃气井 E-14 浓度上升。"),
        papers.Facts([("级别", "橙色")]),
        papers.Table(["时间", "事"], [["08:14", "报警"], ["08:15", "确认 #1 [a] *b*"]], [1, 3]),
        papers.Picture(PIXEL, "现场", 20),
    ],
)


def test_a_pdf_says_everything_in_chinese():
    text = pypdf.PdfReader(io.BytesIO(papers.pdf(PAPER, at=AT))).pages[0].extract_text()
    for part in ("态势报告", "样例数据", "燃气井", "橙色", "08:15", "确认 #1 [a] *b*", "现场"):
        assert part in text


def test_the_same_paper_gives_the_same_bytes():
    assert papers.pdf(PAPER, at=AT) == papers.pdf(PAPER, at=AT)
    assert papers.word(PAPER, at=AT) == papers.word(PAPER, at=AT)


def test_a_pdf_carries_its_own_fonts():
    reader = pypdf.PdfReader(io.BytesIO(papers.pdf(PAPER, at=AT)))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("NotoSansCJK" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_a_word_file_holds_the_same_paper():
    document = docx.Document(io.BytesIO(papers.word(PAPER, at=AT)))
    assert document.paragraphs[0].text == "态势报告"
    assert [cell.text for cell in document.tables[1].rows[2].cells] == ["08:15", "确认 #1 [a] *b*"]
    assert document.sections[0].header.paragraphs[0].text == "样例数据"


def test_a_bad_template_is_refused_by_its_name(tmp_path: Path):
    bad = tmp_path / "bad.typ"
    bad.write_text("#nonsense()")
    with pytest.raises(papers.BadTemplate, match=r"bad\.typ.*nonsense"):
        papers.typeset(bad, {}, at=AT)


def test_no_glyph_lies_beyond_what_the_typesetter_draws():
    """With 40,181 glyphs, 险 and 具 were printed as nothing."""
    from fontTools.ttLib import TTFont

    from chengan.city.papers.typeset import HERE

    for file in (HERE / "fonts").glob("*.otf"):
        font = TTFont(str(file))
        assert font["maxp"].numGlyphs < 2**15, file.name
        assert all(font.getGlyphID(font.getBestCmap()[ord(each)]) for each in "具险隔；")
