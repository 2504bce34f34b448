"""From a paper to a PDF."""

from datetime import datetime
from typing import Any

from chengan.city.papers.paper import Block, Facts, Heading, Paper, Picture, Table, Text
from chengan.city.papers.typeset import HERE, typeset


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """Give `paper` as a PDF dated `at`; the same paper and date give the same bytes."""
    pictures: dict[str, bytes] = {}
    data = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "mark": paper.mark,
        "footer": paper.footer,
        "language": paper.language,
        "blocks": [_plain(block, pictures) for block in paper.blocks],
    }
    return typeset(HERE / "templates" / "paper.typ", data, at=at, pictures=pictures)


def _plain(block: Block, pictures: dict[str, bytes]) -> dict[str, Any]:
    match block:
        case Heading(text, level):
            return {"kind": "heading", "text": text, "level": level}
        case Text(text, is_note):
            return {"kind": "text", "text": text, "is_note": is_note}
        case Facts(rows):
            return {"kind": "facts", "rows": [list(row) for row in rows]}
        case Table(headers, rows, widths):
            return {
                "kind": "table",
                "headers": list(headers),
                "rows": [list(row) for row in rows],
                "widths": list(widths),
            }
        case Picture(image, caption, width_mm, suffix):
            name = f"picture-{len(pictures)}.{suffix}"
            pictures[name] = image
            return {"kind": "picture", "name": name, "caption": caption, "width_mm": width_mm}
