"""The figures of `khcn.councils` as a database expert would write them (see the package)."""

MEETINGS = """
    SELECT count(*) FROM councils_councilmeeting c WHERE c.held_on >= %(start)s AND c.held_on < %(end)s AND
"""

STATEMENTS = {
    "HD-01": MEETINGS + "c.kind <> 'provincial'",
    "HD-04": MEETINGS + "c.kind = 'supplementary' AND c.for_year = %(year)s",
    "HD-06": MEETINGS + "c.kind = 'selection'",
    "HD-02": MEETINGS + "c.kind = 'direct_assignment'",
    "HD-03": MEETINGS + "c.kind = 'acceptance'",
    "HD-05": MEETINGS + "c.kind = 'determination' AND c.for_year = %(next_year)s",
}
