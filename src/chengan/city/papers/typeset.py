"""From a typst template and data to a PDF, without the network and without system fonts."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from chengan.city.papers.errors import BadTemplate

HERE = Path(__file__).resolve().parent
FONT = HERE / "fonts" / "NotoSansCJKsc-Regular.otf"
"""The house font, for pictures in papers."""
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[str(HERE / "fonts")])


def typeset(
    template: Path, data: Mapping[str, Any], *, at: datetime, pictures: Mapping[str, bytes] = {}
) -> bytes:
    """Set `template` (.typ) with `data` and give the PDF; the same input gives the same bytes.

    The template reads `json("data.json")`, pictures by their names (`map.png`), and the house's
    styles by `#import "house.typ": *`. `at` becomes the document's date.

    Raises
    ------
    BadTemplate
        If typst refuses it; the message is typst's own.
    """
    with tempfile.TemporaryDirectory(prefix="chengan-paper-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (folder / "main.typ").write_text(template.read_text("utf-8"), encoding="utf-8")
        (folder / "house.typ").write_text((HERE / "templates/house.typ").read_text("utf-8"))
        for picture, image in pictures.items():
            (folder / picture).write_bytes(image)
        try:
            made = typst.compile(
                str(folder / "main.typ"),
                root=name,
                font_paths=FONTS,
                format="pdf",
                timestamp=at.replace(microsecond=0),
            )
        except typst.TypstError as error:
            raise BadTemplate(f"{template.name}: {error}") from error
    if not isinstance(made, bytes):
        raise BadTemplate(f"{template.name}: gave no single document")
    return made
