"""Papers: documents to print, sign and keep, from one value to PDF and Word.

Takes: a `Paper` (title, headings, text, tables, pictures), or a typst template and its data.
Does: sets it in our own fonts, so that Chinese never prints as boxes; the same in, the same out.
Gives: the bytes of a PDF or a Word file.
"""
