"""The edge gateway: hears devices that send single readings, keeps them, sends them in batches.

`spool` keeps what was heard on disk, `lines` reads what devices write, `hearing` are the roads in,
`sending` is the road to the city. It needs neither Django nor a database.
"""
