"""Cut the fonts that papers are set in from Debian's fonts-noto-cjk (SIL OFL 1.1).

`python tools/paper_fonts.py FOLDER`: FOLDER holds NotoSansCJK-{Regular,Bold}.ttc. What stays: all
characters of GBK and of Latin, Greek, arrows, mathematics and shapes, so that names print whole.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

FONTS = Path(__file__).resolve().parent.parent / "src/chengan/city/papers/fonts"
SIMPLIFIED = "Noto Sans CJK SC"
LATIN_TO_SHAPES = [*range(0x20, 0x500), *range(0x2000, 0x2800), *range(0x3000, 0x3100)]


def wanted(codec: str) -> set[int]:
    """Code points of a Chinese codec, and of what stands beside Chinese."""
    found = set(LATIN_TO_SHAPES) | set(range(0xFF00, 0xFFF0))
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            found |= {ord(each) for each in bytes([high, low]).decode(codec, "ignore")}
    return found


def cut(folder: Path, weight: str, codec: str) -> None:
    """Write one weight, cut to `codec`."""
    collection = TTCollection(str(folder / f"NotoSansCJK-{weight}.ttc"))
    font = next(each for each in collection if each["name"].getDebugName(1) == SIMPLIFIED)
    # No local variants: they bring a font beyond 32,767 glyphs, and typst draws those as nothing.
    subsetter = Subsetter(Options(layout_features=["kern"], hinting=False))
    subsetter.populate(unicodes=wanted(codec))
    subsetter.subset(font)
    font.save(str(FONTS / f"NotoSansCJKsc-{weight}.otf"))


if __name__ == "__main__":
    cut(Path(sys.argv[1]), "Regular", "gbk")
    cut(Path(sys.argv[1]), "Bold", "gb2312")
