"""What happened: append-only, hash-chained facts; each reader keeps a cursor.

Takes: facts that the stages state about what they saw or did.
Does: chains them by hash in commit order; shows who changed which record (audit).
Gives: facts after a reader's cursor, and a proof that none was changed, lost or moved.
"""
