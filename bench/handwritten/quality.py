"""The figures of `khcn.quality` as a database expert would write them (see the package)."""

FINISHED = """
    FROM quality_statecheck c WHERE c.finished_on >= %(start)s AND c.finished_on < %(end)s AND
"""
CHECKS = "SELECT count(*)" + FINISHED
PLACES = """
    SELECT count(DISTINCT s.organisation_id) FROM quality_checkedplace s JOIN quality_statecheck c ON c.id = s.check_case_id
    WHERE s.outcome IN ('conforming', 'violation') AND c.finished_on >= %(start)s AND c.finished_on < %(end)s AND
"""
HANDLED = """
    SELECT count(*) FROM quality_checkhandling h JOIN quality_checkedplace s ON s.id = h.subject_id
    JOIN quality_statecheck c ON c.id = s.check_case_id WHERE h.done_on >= %(start)s AND h.done_on < %(end)s AND c.field =
"""
UNDER_WAY = """
    SELECT count(*) FROM quality_statecheck WHERE decided_on < %(end)s AND (finished_on IS NULL OR finished_on >= %(end)s)
    AND NOT (state = 'cancelled' AND cancelled_on IS NOT NULL AND cancelled_on < %(end)s) AND field =
"""
GUIDED = """
    SELECT count(DISTINCT organisation_id) FROM quality_qualityguidance
    WHERE guided_on >= %(start)s AND guided_on < %(end)s AND purpose
"""
SUPPORTED = """
    SELECT count(DISTINCT organisation_id) FROM quality_traceabilitysupport WHERE registered_on < %(end)s
    AND (published_on IS NULL OR published_on >= registered_on) AND (stopped_on IS NULL OR stopped_on >= registered_on)
"""
CONTRACTED = """
    SELECT count(DISTINCT organisation_id) FROM quality_traceabilitysupport WHERE contracted_on < %(end)s
    AND (published_on IS NULL OR published_on >= contracted_on) AND (stopped_on IS NULL OR stopped_on >= contracted_on)
"""
IN_WINDOW = """
    AND (published_on IS NULL OR published_on >= %(start)s) AND (stopped_on IS NULL OR stopped_on >= %(start)s)
"""

STATEMENTS = {
    "DL-01": CHECKS + "c.field = 'metrology'",
    "DL-03": CHECKS + "c.field = 'metrology' AND c.topic = 'medical' AND c.plan_id IS NOT NULL",
    "DL-06": CHECKS
    + "c.field = 'metrology' AND c.plan_id IS NOT NULL AND c.topic NOT IN ('water_meters', 'medical', 'bodies', 'police')",
    "DL-07": CHECKS + "c.field = 'metrology' AND c.plan_id IS NULL",
    "DL-08": UNDER_WAY + "'metrology'",
    "CL-01": CHECKS + "c.field = 'quality'",
    "CL-06": CHECKS
    + "c.field = 'quality' AND c.plan_id IS NOT NULL AND c.topic NOT IN ('holiday', 'labels', 'fuel')",
    "CL-07": UNDER_WAY + "'quality'",
    "DL-02": PLACES + "c.field = 'metrology' AND c.topic = 'water_meters' AND c.plan_id IS NOT NULL",
    "DL-04": PLACES + "c.field = 'metrology' AND c.topic = 'bodies' AND c.plan_id IS NOT NULL",
    "DL-05": PLACES + "c.field = 'metrology' AND c.topic = 'police' AND c.plan_id IS NOT NULL",
    "CL-02": PLACES + "c.field = 'quality' AND c.topic = 'holiday' AND c.plan_id IS NOT NULL",
    "CL-03": PLACES + "c.field = 'quality' AND c.topic = 'labels' AND c.plan_id IS NOT NULL",
    "CL-04": PLACES + "c.field = 'quality' AND c.topic = 'fuel' AND c.plan_id IS NOT NULL",
    "CL-05": PLACES + "c.field = 'quality' AND c.plan_id IS NULL",
    "DL-10": PLACES + "c.field = 'metrology' AND s.outcome = 'violation'",
    "CL-15": PLACES + "c.field = 'quality' AND s.outcome = 'violation'",
    "DL-09": """SELECT COALESCE(sum(f.failed), 0) FROM quality_checkfinding f JOIN quality_checkedplace s ON s.id = f.subject_id
        JOIN quality_statecheck c ON c.id = s.check_case_id
        WHERE c.finished_on >= %(start)s AND c.finished_on < %(end)s AND f.kind IN ('instrument', 'scale')
        AND c.field = 'metrology'""",
    "CL-08": """SELECT count(*) FROM quality_checksample m JOIN quality_checkedplace s ON s.id = m.subject_id
        JOIN quality_statecheck c ON c.id = s.check_case_id
        WHERE c.field = 'quality' AND m.result_on >= %(start)s AND m.result_on < %(end)s AND NOT m.conforms""",
    "DL-11": HANDLED + "'metrology'",
    "CL-09": HANDLED + "'quality'",
    "CL-10": GUIDED + " IN ('barcode_new', 'barcode_again')",
    "CL-11": """SELECT count(*) FROM (SELECT DISTINCT organisation_id, lower(trim(product)) FROM quality_qualityguidance
        WHERE guided_on >= %(start)s AND guided_on < %(end)s AND purpose = 'label') AS products""",
    "CL-12": GUIDED + " IN ('standard', 'regulation', 'company_standard', 'award')",
    "CL-13": "SELECT count(*) FROM quality_conformitydeclaration WHERE notified_on >= %(start)s AND notified_on < %(end)s",
    "CL-14": "SELECT count(*) FROM quality_internalaudit WHERE audited_on >= %(start)s AND audited_on < %(end)s",
    "TX-01": SUPPORTED + IN_WINDOW,
    "TX-02": CONTRACTED + IN_WINDOW,
    "TX-03": SUPPORTED
    + "AND (published_on IS NULL OR published_on >= %(end)s) AND (stopped_on IS NULL OR stopped_on >= %(end)s)",
    "TX-04": """SELECT count(*) FROM quality_traceabilitysupport
        WHERE published_on >= %(start)s AND published_on < %(end)s""",
    "NS-01": """SELECT count(DISTINCT person_id) FROM quality_productivitytraining
        WHERE completed_on >= %(start)s AND completed_on < %(end)s AND official AND expert""",
    "NS-02": """SELECT count(DISTINCT organisation_id) FROM quality_productivitysupport
        WHERE selected_on >= %(start)s AND selected_on < %(end)s""",
    "TK-01": "SELECT count(*) FROM quality_standardrequest WHERE answered_on >= %(start)s AND answered_on < %(end)s",
    "TK-02": """SELECT count(*) FROM quality_standard WHERE (ended_on IS NULL OR ended_on >= %(end)s)
        AND (published_on IS NULL OR published_on < %(end)s)""",
}
