"""How dangerous: published rating methods, major hazards, fault trees, aggregation to cells.

A level is one integer: 5 red, 4 orange, 3 yellow, 2 blue; -1 where data are missing.
"""
