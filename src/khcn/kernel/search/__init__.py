"""One table that finds records of every register: what it holds, how it follows records, how it is asked.

:mod:`.declarations` says which records are found and by what; :mod:`.entries` keeps the table right in the transaction of
every write; :mod:`.register_search` searches one register, :mod:`.global_search` all of them in one statement; :mod:`.rebuilding`
compares the table with the records. The decisions are in docs/adr/0016.
"""
