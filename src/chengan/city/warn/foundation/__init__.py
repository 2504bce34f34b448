"""What every city begins with: event types, authority, routing, correlation; each a table.

`lay` puts what is missing and changes nothing that is there: the city may have decided otherwise.
"""
