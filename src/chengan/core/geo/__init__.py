"""Where things are: datums at the door, clean geometry, H3 cells, distances.

Inside the house every position is longitude and latitude in degrees, WGS 84.
"""
