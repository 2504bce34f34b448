"""Wide tables of anybody: one time column, one column a series; read row by row and judged.

Nothing looks ahead: what a row is read as, and what it scores, depends on the rows before it
only, so that a file still being written gives the same rows as the finished one.
"""
