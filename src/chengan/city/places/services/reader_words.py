"""What the readers say, in the reader's language; they know no Django themselves."""

import re

from django.utils.translation import gettext, gettext_noop

KNOWN = (
    gettext_noop("a kind in a column of its own, or one for the whole file"),
    gettext_noop("a number that stays the same whenever the object comes"),
    gettext_noop("readable text in one line"),
    gettext_noop("a position"),
    gettext_noop("WKT such as POINT (24.94 60.17)"),
    gettext_noop("a geometry that is not empty"),
    gettext_noop("a line of a CSV table"),
    gettext_noop("a JSON object"),
    gettext_noop("a complete JSON object of type Feature"),
    gettext_noop("all members of the area inside the extract"),
    gettext_noop("all nodes inside"),
    gettext_noop("text in the file's encoding"),
    gettext_noop("a decimal number such as 116.404"),
    gettext_noop("the text is neither UTF-8 nor GB18030: read as Latin-1, check the names"),
    gettext_noop("no column looks like a number that identifies the object: choose one"),
    gettext_noop("no column looks like a kind: choose one kind for the whole file"),
    gettext_noop("no columns look like longitude and latitude, or WKT: choose them"),
    gettext_noop("the coordinates are plan units: say where the plan lies"),
)

WITH_FIGURES = (
    gettext_noop("at most %(limit)s characters, got %(count)s"),
    gettext_noop("a sound geometry: %(error)s"),
    gettext_noop("no field %(name)s: use %(known)s"),
    gettext_noop("no column %(name)s for %(field)s: found %(known)s"),
    gettext_noop("no encoding %(name)s: use utf-8 or gb18030"),
    gettext_noop("%(file)s: no header line"),
    gettext_noop("a line of more than %(limit)s characters: this is no table"),
    gettext_noop("row %(row)s has %(count)s columns, at most %(limit)s"),
    gettext_noop("%(count)s columns, at most %(limit)s"),
    gettext_noop("feature %(number)s is larger than %(size)s MB"),
    gettext_noop("%(file)s: use GeoJSON, CSV, Excel (.xlsx), EPANET (.inp) or OSM (.osm.pbf)"),
    gettext_noop("%(file)s is no table"),
    gettext_noop("no format %(name)s: use %(known)s"),
    gettext_noop("%(file)s has %(size)s bytes; %(format)s files may have %(limit)s"),
    gettext_noop("%(file)s: no header row in its first 20 rows"),
    gettext_noop("only sheet %(name)s of %(known)s is read"),
    gettext_noop("the file says its coordinates are %(declared)s, not %(chosen)s"),
    gettext_noop("show the attribution with it: %(text)s"),
    gettext_noop("cut at the edge of the extract: %(kept)s of %(count)s nodes kept"),
    gettext_noop("%(file)s: not a readable .xlsx workbook: %(error)s"),
    gettext_noop(
        "%(count)s parts, %(size)s MB unpacked: at most %(most)s and %(limit)s MB; "
        "save the sheet as CSV"
    ),
    gettext_noop("%(part)s unpacks %(ratio)s-fold and more: a zip bomb"),
    gettext_noop("%(part)s: XML in UTF-16: save the workbook anew"),
    gettext_noop("%(part)s: larger than the archive says"),
    gettext_noop("%(part)s: XML with a DOCTYPE or entities"),
    gettext_noop("no sheet %(name)s: found %(known)s"),
    gettext_noop("%(file)s: the workbook is torn: %(error)s"),
    gettext_noop("%(count)s cells, as many as headers"),
    gettext_noop("%(file)s is a drawing: export its objects as GeoJSON"),
    gettext_noop("%(file)s is an old Excel file: save it as .xlsx or CSV"),
    gettext_noop("%(file)s is a Shapefile: export it as GeoJSON"),
    gettext_noop("%(file)s is KML: export it as GeoJSON"),
    gettext_noop("%(file)s is an archive: unpack it first"),
)
"""What is said with figures in it; the most particular of sentences that begin alike first."""

PLACE = re.compile(r"%\\?\((\w+)\\?\)s")


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub(r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)


PATTERNS = [(sentence, _pattern(sentence)) for sentence in WITH_FIGURES]


def said(text: str) -> str:
    """Give what a reader said in the present language, its figures kept; unknown text as it is."""
    for sentence, pattern in PATTERNS:
        if found := pattern.fullmatch(text):
            return gettext(sentence) % found.groupdict()
    return gettext(text)
