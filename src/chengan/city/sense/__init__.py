"""What is measured now: things, datastreams, readings, and the runner of the stream.

Takes: decoded readings from hub and limits handed back by warn.
Does: stores every reading durably, keeps the latest value, runs the monitoring core.
Gives: latest values, history, and facts about breaches and faults in the journal.
"""
