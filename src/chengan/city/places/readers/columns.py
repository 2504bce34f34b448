"""Which column of a table is which field, guessed from Chinese and English headers."""

import unicodedata
from collections.abc import Mapping, Sequence

from chengan.city.places.readers.errors import MissingColumn

FIELDS = ("key", "kind", "name_zh", "name_en", "lon", "lat", "wkt")
HEADERS: dict[str, tuple[str, ...]] = {
    "key": (
        "natural_key", "key", "编号", "编码", "代码", "设施编号", "设施编码", "设备编号",
        "设备编码", "对象编号", "标识", "唯一标识", "统一社会信用代码", "external_id", "code",
        "id", "gid", "objectid", "fid", "number", "no", "序号",
    ),
    "kind": ("kind", "类别", "类型", "种类", "设施类型", "对象类型", "type", "category", "class"),
    "name_zh": (
        "name_zh", "名称", "中文名", "中文名称", "设施名称", "设备名称", "单位名称", "企业名称",
        "对象名称", "name", "name:zh", "mc", "title",
    ),
    "name_en": ("name_en", "英文名", "英文名称", "english name", "name:en"),
    "lon": (
        "lon", "经度", "lng", "long", "longitude", "经度(°)", "x", "东经", "横坐标", "x坐标",
        "easting", "坐标x", "lon_wgs84", "point_x",
    ),
    "lat": (
        "lat", "纬度", "latitude", "纬度(°)", "y", "北纬", "纵坐标", "y坐标", "northing", "坐标y",
        "lat_wgs84", "point_y",
    ),
    "wkt": ("wkt", "geometry", "geom", "几何", "空间坐标", "坐标串", "the_geom", "shape", "图形"),
}  # fmt: skip


def folded(header: str) -> str:
    """Give a header as it is compared: full-width made half, lower case, no blanks or stars."""
    text = unicodedata.normalize("NFKC", header).strip().lower()
    return text.strip("*").replace(" ", "_").replace("__", "_")


FOLDED = {field: [folded(name) for name in names] for field, names in HEADERS.items()}


def guess(headers: Sequence[str]) -> dict[str, str]:
    """Give our field → the file's header; the better known word wins, each header serves once."""
    by_fold = {folded(header): header for header in reversed(headers)}
    found: dict[str, str] = {}
    for field in FIELDS:
        for name in FOLDED[field]:
            header = by_fold.get(name)
            if header is not None and header not in found.values():
                found[field] = header
                break
    return found


def chosen(headers: Sequence[str], asked: Mapping[str, str]) -> dict[str, str]:
    """Give the guess with what was asked for in its place; an empty answer drops a field.

    Raises
    ------
    MissingColumn
        If a field is none of ours or a named column is not there.
    """
    found = guess(headers)
    for field, header in asked.items():
        if field not in FIELDS:
            raise MissingColumn(f"no field {field!r}: use {', '.join(FIELDS)}")
        if header and header not in headers:
            raise MissingColumn(f"no column {header!r} for {field}: found {', '.join(headers)}")
        found[field] = header
    return {field: header for field, header in found.items() if header}
