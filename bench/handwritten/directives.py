"""The figures of `khcn.directives` as a database expert would write them (see the package)."""

ADVISED = """
    SELECT count(*) FROM directives_adviseddocument d WHERE d.advised_on >= %(start)s AND d.advised_on < %(end)s AND d.kind =
"""
ASSIGNED = "SELECT count(*) FROM directives_assignedtask g WHERE g.year = %(year)s"
# The deadline that was in force when the window ended: what a later document gave begins with it.
DUE_DAY = """COALESCE((SELECT e.old_due_on FROM directives_assignedtaskextension e JOIN reference_legaldocument d ON d.id = e.document_id
    WHERE e.task_id = g.id AND d.issued_on >= %(end)s ORDER BY d.issued_on, e.id LIMIT 1), g.due_on)"""

STATEMENTS = {
    "NG-01": ASSIGNED,
    "NG-02": ASSIGNED + " AND g.done_on < %(end)s",
    "NG-03": ASSIGNED + " AND (g.done_on IS NULL OR g.done_on >= %(end)s)",
    "NG-04": ASSIGNED + " AND g.done_on < %(end)s AND g.done_on > " + DUE_DAY,
    "NG-05": ASSIGNED + " AND (g.done_on IS NULL OR g.done_on >= %(end)s) AND " + DUE_DAY + " < %(last)s",
    "VB-01": ADVISED + "'normative'",
    "VB-02": ADVISED + "'plan'",
}
