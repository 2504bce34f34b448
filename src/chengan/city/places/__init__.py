"""What is there: districts, grid cells, objects, organisations, people, duties, accounts.

Takes: files of places (GeoJSON, CSV, Excel, EPANET, OSM) and what people enter.
Does: keeps one register of areas, organisations and objects; says who may see and do what.
Gives: objects with geometry and owner, duty holders, and each user's scope.
"""
