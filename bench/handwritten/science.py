"""The figures of `khcn.science` as a database expert would write them (see the package)."""

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
PROPOSALS = """
    SELECT count(*) FROM science_taskproposal p JOIN reference_codelistitem i ON i.id = p.field_group_id
    WHERE p.received_on >= %(start)s AND p.received_on < %(end)s AND p.for_year = %(next_year)s
"""

EXTENDED = """
    EXISTS (SELECT 1 FROM science_taskamendment a WHERE a.task_id = t.id AND a.kind = '{}' AND a.decided_on < %(end)s)
"""
LATE = """
    SELECT count(*) FROM kernel_deadlines_deadline d JOIN science_sciencetask t ON t.id = d.subject_id
    WHERE d.subject_model = 'science.sciencetask' AND d.kind = '{}' AND d.due_on < %(last)s
    AND d.starts_on <= %(last)s AND (d.met_on IS NULL OR d.met_on > %(last)s)
    AND t.managing_side IN ('province', 'delegated', 'co_managed')
"""
MOVES = (
    *(
        "determined",
        "listed",
        "awarded",
        "outline_approved",
        "contract_signed",
        "suspended",
        "resumed",
        "stopped",
    ),
    *("terminated", "dossier_submitted", "accepted_province", "accepted_national", "liquidated"),
)
ORDER = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(MOVES))
LAST_MOVE = f"""
    (SELECT m.kind FROM science_taskmilestone m WHERE m.task_id = t.id AND m."on" < %(end)s
     AND m.kind IN {MOVES} ORDER BY m."on" DESC, CASE m.kind {ORDER} END DESC, m.id DESC LIMIT 1)
"""
RUNNING = f"t.managing_side IN ('province', 'delegated', 'co_managed') AND {LAST_MOVE} IN " + (
    "('contract_signed', 'resumed', 'dossier_submitted')"
)
DUE = """
    COALESCE((SELECT a.new_end_on FROM science_taskamendment a WHERE a.task_id = t.id AND a.kind = 'extend_duration'
              AND a.decided_on < %(end)s AND a.new_end_on IS NOT NULL ORDER BY a.decided_on DESC, a.id DESC LIMIT 1),
             t.planned_end_on)
"""
CHECKS = """
    SELECT count(*) FROM science_progresscheck k JOIN science_sciencetask t ON t.id = k.task_id
    WHERE k.checked_on >= %(start)s AND k.checked_on < %(end)s AND k.kind IN
"""
NOMINATED = "SELECT count(*) FROM science_programmenomination n WHERE n.{0} >= %(start)s AND n.{0} < %(end)s"
SESSIONS = "FROM science_workingsession s WHERE s.held_on >= %(start)s AND s.held_on < %(end)s AND s.kind "

STATEMENTS = {
    "NV-07": TASKS + CARRIED + "AND t.level = 'national' AND t.programme_id IS NULL",
    "NV-12": TASKS + STARTED + "AND t.is_supplementary AND t.mode = 'direct'",
    "NV-13": TASKS + STARTED + "AND t.is_supplementary AND t.mode = 'selection'",
    "NV-14": TASKS
    + STARTED.replace("%(year)s", "%(next_year)s")
    + "AND"
    + REACHED.format("determined")
    + "AND NOT"
    + REACHED.format("determined").replace("%(end)s", "%(start)s"),
    "NV-15": TASKS
    + STARTED.replace("%(year)s", "%(next_year)s")
    + "AND t.mode = 'selection' AND"
    + REACHED.format("determined")
    + "AND NOT"
    + REACHED.format("awarded"),
    "NT-02": MILESTONES
    + """'accepted_province' AND t.level = 'province'
        AND EXISTS (SELECT 1 FROM reference_codelistitem i WHERE i.id = m.grade_id AND i.code = 'good')""",
    "NT-03": MILESTONES + "'accepted_province' AND t.level = 'national'",
    "NT-06": TASKS + f"t.level = 'province' AND {RUNNING} AND {DUE} >= %(end)s AND {DUE} < %(new_year)s",
    "NT-07": TASKS
    + f"""{RUNNING} AND {DUE} < %(last)s AND NOT EXISTS (
        SELECT 1 FROM kernel_deadlines_deadline d
        WHERE d.subject_model = 'science.sciencetask' AND d.subject_id = t.id AND d.kind = 'science.dossier'
        AND (d.due_on >= %(last)s OR d.met_on <= %(last)s))""",
    "TL-01": TASKS
    + f"t.managing_side IN ('province', 'delegated', 'co_managed') AND {LAST_MOVE} IN "
    + "('accepted_province', 'accepted_national')",
    "TH-01": LATE.format("science.registration"),
    "TH-02": LATE.format("science.settlement"),
    "TH-03": LATE.format("science.liquidation"),
    "DC-05": AMENDMENTS + "= 'amend_outline' AND t.level <> 'province'",
    "DC-06": AMENDMENTS + "IN ('change_pi', 'add_site') AND t.level <> 'province'",
    "DC-09": TASKS + CARRIED + "AND t.planned_end_on < %(new_year)s AND" + EXTENDED.format("extend_duration"),
    "DC-10": TASKS
    + CARRIED
    + "AND COALESCE(t.planned_dossier_on, t.planned_end_on) < %(new_year)s AND"
    + EXTENDED.format("extend_submission"),
    "KT-02": CHECKS + "('periodic', 'unscheduled', 'visit') AND t.level <> 'province'",
    "MH-01": """SELECT COALESCE(sum(area_ha), 0) FROM science_pilotmodel
        WHERE urged_on >= %(start)s AND urged_on < %(end)s""",
    "LV-01": "SELECT count(DISTINCT s.admin_unit_id) " + SESSIONS + "IN ('district', 'commune')",
    "LV-02": "SELECT count(*) " + SESSIONS + "= 'district_offices'",
    "CT-01": NOMINATED.format("nominated_on"),
    "CT-02": NOMINATED.format("approved_on"),
    "CT-03": """SELECT count(*) FROM science_nominationprovince q JOIN science_programmenomination n
        ON n.id = q.nomination_id WHERE n.approved_on >= %(start)s AND n.approved_on < %(end)s""",
    "DG-01": """SELECT COALESCE(sum(to_year - from_year + 1), 0) FROM science_evaluationcampaign
        WHERE issued_on >= %(start)s AND issued_on < %(end)s""",
    "TC-01": """SELECT count(*) FROM science_operationcertificate
        WHERE kind = 'branch' AND issued_on >= %(start)s AND issued_on < %(end)s""",
    "TC-02": """SELECT count(*) FROM science_operationcertificate
        WHERE issued_on <= %(last)s AND (ended_on IS NULL OR ended_on > %(last)s)""",
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
    "KT-01": CHECKS + "('periodic', 'unscheduled') AND t.level = 'province'",
    "KP-01": MILESTONES + "'settled' AND t.managing_side IN ('province', 'delegated', 'co_managed')",
    "KP-02": MILESTONES + "'budget_appraised' AND t.managing_side IN ('province', 'delegated', 'co_managed')",
    "KP-03": CHECKS.replace("count(*)", "count(DISTINCT t.id)") + "('finance')",
    "KP-04": TASKS
    + f"t.managing_side IN ('province', 'delegated', 'co_managed') AND {LAST_MOVE} IN "
    + "('accepted_province', 'accepted_national')"
    + """ AND EXISTS (SELECT 1 FROM finance_taskasset a WHERE a.task_id = t.id AND a.recorded_on <= %(last)s
        AND (a.handed_over_on IS NULL OR a.handed_over_on > %(last)s))""",
    "HT-01": """SELECT count(DISTINCT w.task_id) FROM science_taskworkshop w
        WHERE w.held_on >= %(start)s AND w.held_on < %(end)s""",
    "DX-01": PROPOSALS,
    "DX-02": PROPOSALS + "AND i.code = 'agriculture'",
    "DX-03": PROPOSALS + "AND i.code = 'engineering'",
    "DX-04": PROPOSALS + "AND i.code = 'medical'",
    "DX-05": PROPOSALS + "AND i.code = 'social'",
}
