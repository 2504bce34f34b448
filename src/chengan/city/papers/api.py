"""Papers' front door."""

from chengan.city.papers.errors import BadTemplate, PapersError
from chengan.city.papers.paper import Block, Facts, Heading, Paper, Picture, Table, Text
from chengan.city.papers.pdf import pdf
from chengan.city.papers.typeset import FONT, typeset
from chengan.city.papers.word import word

__all__ = [
    "FONT",
    "BadTemplate",
    "Block",
    "Facts",
    "Heading",
    "Paper",
    "PapersError",
    "Picture",
    "Table",
    "Text",
    "pdf",
    "typeset",
    "word",
]
