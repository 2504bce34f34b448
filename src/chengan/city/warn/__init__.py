"""Who must know: limit sets, rules, alarms, and an officer's judgement of them.

Takes: facts about breaches and faults from sense.
Does: gathers them into alarms of one object and cause, tells safety from device trouble.
Gives: the alarm queue, confirmed warnings, and the precision of every rule.
"""
