"""Backup and restore: one set of files that holds a whole installation as it was at one moment (docs/adr/0026).

    installation -> snapshot of the database, then files -> set of parts, each encrypted -> verified, restored, rehearsed

A set is a folder that appears under its name when all of it is on the disk. ``backup_set`` is its format, ``making`` writes
one, ``restoring`` puts one into an empty place, ``rehearsal`` does the same beside the running system, ``retention`` removes
old ones, ``jobs`` does all of it each night where the operator has named a folder.
"""
