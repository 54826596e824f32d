"""The figures of `khcn.technology` as a database expert would write them (see the package)."""

ANSWERED = "o.answered_on >= %(start)s AND o.answered_on < %(end)s"
PROJECTS = f"SELECT DISTINCT o.project_id FROM technology_technologyopinion o WHERE {ANSWERED}"
SCALE = f"SELECT COALESCE(sum(p.scale), 0) FROM technology_investmentproject p WHERE p.id IN ({PROJECTS}) AND p.scale_unit ="
PUBLISHED = """
    SELECT count(*) FROM technology_mediaitem WHERE published_on >= %(start)s AND published_on < %(end)s AND kind =
"""
HANDED_OUT = """
    SELECT COALESCE(sum(d.copies), 0) FROM technology_publicationdistribution d JOIN technology_publication p ON p.id = d.publication_id
    WHERE p.kind = 'farm_calendar' AND d.handed_out_on >= %(start)s AND d.handed_out_on < %(end)s AND p.year
"""
SUBMITTED = """
    SELECT count(*) FROM technology_statisticsreport WHERE submitted_on >= %(start)s AND submitted_on < %(end)s AND
"""

STATEMENTS = {
    "CN-01": f"SELECT count(*) FROM technology_technologyopinion o WHERE {ANSWERED}",
    "CN-02": f"SELECT count(DISTINCT o.project_id) FROM technology_technologyopinion o WHERE {ANSWERED}",
    "CN-03": SCALE + " 'm3_day'",
    "CN-04": SCALE + " 'health_centre'",
    "CN-05": """SELECT count(*) FROM technology_transfercontract
        WHERE registered_on >= %(start)s AND registered_on < %(end)s""",
    "CN-06": """SELECT count(*) FROM technology_enterprisecertificate
        WHERE issued_on <= %(last)s AND (ended_on IS NULL OR ended_on > %(last)s)""",
    "CN-07": f"""SELECT count(*) FROM technology_technologyopinion o JOIN kernel_deadlines_deadline d ON d.subject_id = o.id
        AND d.subject_model = 'technology.technologyopinion' AND d.kind = 'technology.opinion'
        WHERE {ANSWERED} AND o.answered_on > d.due_on""",
    "TTKH-01": """SELECT count(*) FROM technology_mediaitem i JOIN technology_mediaplan p ON p.id = i.plan_id
        WHERE i.kind = 'broadcast' AND p.year = %(year)s AND p.agreed_on < %(end)s AND i.published_on < %(end)s""",
    "TTKH-09": PUBLISHED
    + """ 'broadcast' AND (plan_id IS NULL OR plan_id NOT IN (SELECT id FROM technology_mediaplan WHERE year = %(year)s))""",
    "TTKH-02": """SELECT COALESCE(sum(CASE WHEN p.ended_on < %(end)s THEN
        (SELECT count(*) FROM technology_mediaitem i WHERE i.plan_id = p.id AND i.published_on < %(end)s) ELSE p.planned END), 0)
        FROM technology_mediaplan p WHERE p.kind = 'broadcast' AND p.year = %(year)s AND p.agreed_on < %(end)s""",
    "TTKH-03": PUBLISHED + " 'party_bulletin'",
    "TTKH-04": PUBLISHED + " 'web'",
    "TTKH-05": HANDED_OUT + " = %(year)s",
    "TTKH-06": HANDED_OUT + " <> %(year)s",
    "TTKH-07": SUBMITTED + " kind = 'report' AND year = %(year)s - 1",
    "TTKH-08": SUBMITTED + " kind = 'survey'",
}
