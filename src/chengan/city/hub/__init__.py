"""What comes in: sources, their roads (MQTT, HTTP, files), counters and quarantine.

Takes: messages from devices, departments and files.
Does: checks who sends, keeps each message in the durable log, decodes it, counts it.
Gives: decoded readings to sense; what is wrong to a person who can correct and replay it.
"""
