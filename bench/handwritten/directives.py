"""The figures of `khcn.directives` as a database expert would write them (see the package)."""

ADVISED = """
    SELECT count(*) FROM directives_adviseddocument d WHERE d.advised_on >= %(start)s AND d.advised_on < %(end)s AND d.kind =
"""
ASSIGNED = "SELECT count(*) FROM directives_assignedtask g WHERE g.year = %(year)s"

STATEMENTS = {
    "NG-01": ASSIGNED,
    "NG-02": ASSIGNED + " AND g.done_on < %(end)s",
    "NG-03": ASSIGNED + " AND (g.done_on IS NULL OR g.done_on >= %(end)s)",
    "NG-04": ASSIGNED + " AND g.done_on < %(end)s AND g.done_on > g.due_on",
    "NG-05": ASSIGNED + " AND (g.done_on IS NULL OR g.done_on >= %(end)s) AND g.due_on < %(last)s",
    "VB-01": ADVISED + "'normative'",
    "VB-02": ADVISED + "'plan'",
}
