"""The report's figures as a database expert would write them, one statement each: the yardstick of ``bench``.

They are written from the definitions of the figures, not from the program's queries, and their results must be equal.
Names: ``start``, ``end`` (exclusive), ``last`` (last day), ``year``, ``next_year``, ``year_end``.
"""

CARRIED = """
    t.managing_side IN ('province', 'delegated', 'co_managed') AND t.start_year < %(year)s AND NOT EXISTS (
        SELECT 1 FROM science_taskmilestone m WHERE m.task_id = t.id AND m."on" < %(start)s
        AND m.kind IN ('recognised', 'stopped', 'terminated', 'liquidated'))
"""
STARTED = """
    t.managing_side IN ('province', 'delegated', 'co_managed') AND t.start_year = %(year)s
"""
TASKS = "SELECT count(*) FROM science_sciencetask t WHERE "
ITEM = """
    EXISTS (SELECT 1 FROM reference_codelistitem i WHERE i.id = t.programme_id AND i.code = '{}')
"""
MILESTONES = """
    SELECT count(*) FROM science_taskmilestone m JOIN science_sciencetask t ON t.id = m.task_id
    WHERE m."on" >= %(start)s AND m."on" < %(end)s AND m.kind =
"""
AMENDMENTS = """
    SELECT count(*) FROM science_taskamendment a JOIN science_sciencetask t ON t.id = a.task_id
    WHERE a.decided_on >= %(start)s AND a.decided_on < %(end)s AND a.kind
"""
REACHED = """
    EXISTS (SELECT 1 FROM science_taskmilestone m WHERE m.task_id = t.id AND m.kind = '{}' AND m."on" < %(end)s)
"""
MEETINGS = """
    SELECT count(*) FROM councils_councilmeeting c WHERE c.held_on >= %(start)s AND c.held_on < %(end)s AND
"""
PROPOSALS = """
    SELECT count(*) FROM science_taskproposal p JOIN reference_codelistitem i ON i.id = p.field_group_id
    WHERE p.received_on >= %(start)s AND p.received_on < %(end)s AND p.for_year = %(next_year)s
"""

STATEMENTS = {
    "NV-01": TASKS + f"({CARRIED}) OR ({STARTED})",
    "NV-02": TASKS + CARRIED,
    "NV-03": TASKS + STARTED,
    "NV-04": TASKS + CARRIED + "AND t.level = 'province'",
    "NV-05": TASKS + CARRIED + "AND" + ITEM.format("rural_mountain"),
    "NV-06": TASKS + CARRIED + "AND t.managing_side = 'co_managed'",
    "NV-08": TASKS + CARRIED + "AND" + ITEM.format("ip_assets"),
    "NV-09": TASKS + STARTED + "AND t.level = 'province'",
    "NV-10": TASKS
    + STARTED
    + "AND"
    + REACHED.format("outline_approved")
    + "AND"
    + REACHED.format("contract_signed"),
    "NV-11": TASKS + STARTED + "AND t.is_supplementary",
    "NT-01": MILESTONES + "'accepted_province' AND t.level = 'province'",
    "NT-04": MILESTONES + "'recognised' AND t.level = 'province'",
    "NT-05": MILESTONES + "'registered'",
    "DC-01": MILESTONES + "'stopped' AND t.level = 'province'",
    "DC-02": AMENDMENTS + "= 'extend_duration' AND t.level = 'province'",
    "DC-03": AMENDMENTS + "= 'change_partner'",
    "DC-04": AMENDMENTS + "= 'change_pi' AND t.level = 'province'",
    "DC-07": MILESTONES + "'terminated'",
    "DC-08": MILESTONES + "'suspended'",
    "KT-01": """SELECT count(*) FROM science_progresscheck k JOIN science_sciencetask t ON t.id = k.task_id
        WHERE k.checked_on >= %(start)s AND k.checked_on < %(end)s AND k.kind IN ('periodic', 'unscheduled')
        AND t.level = 'province'""",
    "HT-01": """SELECT count(DISTINCT w.task_id) FROM science_taskworkshop w
        WHERE w.held_on >= %(start)s AND w.held_on < %(end)s""",
    "DX-01": PROPOSALS,
    "DX-02": PROPOSALS + "AND i.code = 'agriculture'",
    "DX-03": PROPOSALS + "AND i.code = 'engineering'",
    "DX-04": PROPOSALS + "AND i.code = 'medical'",
    "DX-05": PROPOSALS + "AND i.code = 'social'",
    "HD-02": MEETINGS + "c.kind = 'direct_assignment'",
    "HD-03": MEETINGS + "c.kind = 'acceptance'",
    "HD-05": MEETINGS + "c.kind = 'determination' AND c.for_year = %(next_year)s",
}
