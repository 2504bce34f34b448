"""How dangerous it is: hazards, assessments, controls, the four-colour map, siting reviews.

Takes: objects from places, limits' events from the journal, methods and libraries as data.
Does: keeps the risk register, rates and re-rates it, says what may be built where.
Gives: rated risks and their controls to warn and command, maps and lists to people.
"""
