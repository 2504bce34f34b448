"""Whether it is over: hidden dangers, rectification, verification, supervision.

Takes: objects and organisations from places, risks from assess, event types and channels from warn.
Does: follows each hidden danger from its finding to its end; a deadline is a row, swept when due.
Gives: who has to put what right by when; facts about what is overdue, verified, closed.
"""
