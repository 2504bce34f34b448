"""What the readers say, in the reader's language; they know no Django themselves."""

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


def said(text: str) -> str:
    """Give what a reader said in the present language; as it stands where figures are in it."""
    return gettext(text)
