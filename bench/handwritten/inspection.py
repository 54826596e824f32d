"""The figures of `khcn.inspection` as a database expert would write them (see the package)."""

INSPECTED = """
    SELECT count(*) FROM inspection_inspection i LEFT JOIN inspection_inspectionplan p ON p.id = i.plan_id
    WHERE i.begun_on >= %(start)s AND i.begun_on < %(end)s AND
"""
SUBJECTS = """
    SELECT count(*) FROM inspection_inspectionsubject s JOIN inspection_inspection i ON i.id = s.inspection_id
    WHERE i.begun_on >= %(start)s AND i.begun_on < %(end)s AND s.kind =
"""
RECOMMENDED = """
    SELECT COALESCE(sum(f.amount), 0) FROM inspection_inspectionfinding f JOIN inspection_inspectionsubject s ON s.id = f.subject_id
    JOIN inspection_inspection i ON i.id = s.inspection_id
    WHERE i.concluded_on >= %(start)s AND i.concluded_on < %(end)s AND f.recommendation =
"""
SANCTIONED = """
    FROM inspection_administrativeviolation WHERE decided_on >= %(start)s AND decided_on < %(end)s
"""

STATEMENTS = {
    "TTR-01": INSPECTED + "p.year = %(year)s AND i.kind = 'inspection'",
    "TTR-02": INSPECTED + "p.id IS NULL",
    "TTR-17": INSPECTED + "p.year = %(year)s AND i.kind = 'check'",
    "TTR-18": INSPECTED + "p.year <> %(year)s",
    "TTR-03": "SELECT count(*) FROM inspection_inspection WHERE concluded_on >= %(start)s AND concluded_on < %(end)s",
    "TTR-04": SUBJECTS + "'organisation'",
    "TTR-05": SUBJECTS + "'unit'",
    "TTR-06": SUBJECTS + "'individual'",
    "TTR-07": RECOMMENDED + "'reduce_payment'",
    "TTR-08": RECOMMENDED + "'recover'",
    "TTR-09": """SELECT COALESCE(sum(e.amount), 0) FROM inspection_findingexecution e
        JOIN inspection_inspectionfinding f ON f.id = e.finding_id JOIN inspection_inspectionsubject s ON s.id = f.subject_id
        JOIN inspection_inspection i ON i.id = s.inspection_id
        WHERE e.done_on >= %(start)s AND e.done_on < %(end)s AND e.amount > 0 AND i.concluded_on IS NOT NULL""",
    "TTR-10": "SELECT count(*)" + SANCTIONED,
    "TTR-11": "SELECT COALESCE(sum(fine), 0)" + SANCTIONED,
    "TTR-19": "SELECT count(*)" + SANCTIONED + "AND inspection_id IS NOT NULL",
    "TTR-20": """SELECT COALESCE(sum(paid), 0) FROM inspection_administrativeviolation
        WHERE executed_on >= %(start)s AND executed_on < %(end)s AND paid > 0 AND inspection_id IS NOT NULL""",
    "TTR-12": """SELECT count(*) FROM inspection_inspection i JOIN inspection_inspectionplan p ON p.id = i.plan_id
        WHERE i.postponed_on >= %(start)s AND i.postponed_on < %(end)s AND i.state = 'postponed' AND p.year = %(year)s""",
    "TTR-13": "SELECT count(*) FROM inspection_petition WHERE received_on >= %(start)s AND received_on < %(end)s",
    "TTR-14": "SELECT count(*) FROM inspection_petition WHERE ended_on >= %(start)s AND ended_on < %(end)s",
    "TTR-15": "SELECT count(*) FROM inspection_citizenreception WHERE received_on >= %(start)s AND received_on < %(end)s",
    "TTR-16": "SELECT count(*) FROM inspection_legalplan WHERE issued_on >= %(start)s AND issued_on < %(end)s",
}
