"""What is done: incidents, plans, tasks, deadlines, resources, the common picture.

Takes: warnings from warn, risks from assess, objects and duty holders from places.
Does: opens incidents, activates plans, gives out tasks and follows them to their end.
Gives: one case with one log, situation reports, and reviews to learn from.
"""
