"""Who looks: the duty room and the other roles' pages; composes stages, owns no rule.

Takes: what the stages' front doors give.
Does: shows several stages on one screen, live.
Gives: pages in Chinese and English.
"""
