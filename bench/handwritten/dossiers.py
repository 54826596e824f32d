"""The figures of `khcn.dossiers` as a database expert would write them (see the package)."""

DOSSIERS = """
    FROM dossiers_dossier h LEFT JOIN kernel_deadlines_deadline d
    ON d.subject_model = 'dossiers.dossier' AND d.subject_id = h.id AND d.kind = 'dossiers.settlement' WHERE
"""
RESOLVED = "h.outcome = 'resolved' AND h.ended_on >= %(start)s AND h.ended_on < %(end)s"
ENDED = f"SELECT count(*) {DOSSIERS} h.ended_on >= %(start)s AND h.ended_on < %(end)s AND h.outcome ="
RECEIVED = "h.received_on >= %(start)s AND h.received_on < %(end)s"
STILL_OPEN = (
    f"SELECT count(*) {DOSSIERS} h.received_on <= %(last)s AND (h.ended_on IS NULL OR h.ended_on > %(last)s)"
)
ASKED = """
    EXISTS (SELECT 1 FROM dossiers_supplementrequest s WHERE s.dossier_id = h.id AND s.asked_on <= %(last)s
            AND (s.answered_on IS NULL OR s.answered_on > %(last)s))
"""
NOT_OVER = "AND (d.due_on IS NULL OR d.due_on >= %(last)s)"
IN_TIME = "h.outcome = 'resolved' AND h.ended_on <= %(last)s AND (d.due_on IS NULL OR h.ended_on <= d.due_on)"
SHARE = "SELECT COALESCE(round(100.0 * sum(CASE WHEN {} THEN 1 ELSE 0 END) / NULLIF(count(*), 0), 2), 0)"
PROCEDURE_CHANGES = """
    SELECT count(*) FROM dossiers_procedurechange c WHERE c.decided_on >= %(start)s AND c.decided_on < %(end)s AND c.kind =
"""

STATEMENTS = {
    "HS-01": f"SELECT count(*) {DOSSIERS} {RECEIVED}",
    "HS-02": f"SELECT count(*) {DOSSIERS} {RESOLVED} AND (d.due_on IS NULL OR h.ended_on <= d.due_on)",
    "HS-03": f"SELECT count(*) {DOSSIERS} {RESOLVED} AND h.ended_on < d.due_on",
    "HS-04": f"SELECT count(*) {DOSSIERS} {RESOLVED} AND (d.due_on IS NULL OR h.ended_on = d.due_on)",
    "HS-05": f"SELECT count(*) {DOSSIERS} {RESOLVED} AND h.ended_on > d.due_on",
    "HS-06": f"{STILL_OPEN} {NOT_OVER} AND NOT {ASKED}",
    "HS-07": f"{STILL_OPEN} AND d.due_on < %(last)s",
    "HS-08": f"{STILL_OPEN} {NOT_OVER} AND {ASKED}",
    "HS-09": f"{ENDED} 'refused'",
    "HS-10": f"{ENDED} 'withdrawn'",
    "HS-11": f"{ENDED} 'stopped'",
    "HS-12": STILL_OPEN,
    "HS-13": f"{SHARE.format(IN_TIME)} {DOSSIERS} {RESOLVED}",
    "HS-14": f"{SHARE.format(IN_TIME)} {DOSSIERS} {RECEIVED}",
    "HS-15": f"{ENDED} 'resolved'",
    "TT-01": PROCEDURE_CHANGES + "'new'",
    "TT-02": PROCEDURE_CHANGES + "'abolished'",
    "TT-03": PROCEDURE_CHANGES + "'amended'",
    "TT-04": PROCEDURE_CHANGES + "'internal'",
    "TT-05": PROCEDURE_CHANGES + "'simplification'",
    "TT-06": PROCEDURE_CHANGES + "'rules_cut'",
    "TT-07": PROCEDURE_CHANGES + "'delegated'",
}
