"""The structure of the database is changed while the version before goes on working (docs/adr/0043).

`operations` are what a migration may do to a large table; `steps` carries migrations out in transactions that hold their locks for a
short time.
"""
