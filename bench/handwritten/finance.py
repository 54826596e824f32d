"""The figures of `khcn.finance` as a database expert would write them (see the package)."""


def _within(day: str) -> str:
    return f"{day} >= %(start)s AND {day} < %(end)s"


PACKAGES = "FROM finance_tenderpackage WHERE kind ="
OWN = "plan_id IN (SELECT id FROM finance_procurementplan WHERE task_id IS NULL)"
CLEARED = "SELECT COALESCE(sum(c.amount), 0) FROM finance_advanceclearance c WHERE c.advance_id = a.id AND c.cleared_on <= %(last)s"
LAST_DAY = """SELECT d.due_on FROM kernel_deadlines_deadline d WHERE d.subject_id = a.id
    AND d.subject_model = 'finance.advancepayment' AND d.kind = 'finance.clearance'"""

STATEMENTS = {
    "KHTC-01": """SELECT COALESCE(sum(COALESCE((
            SELECT a.amount FROM finance_budgetadjustment a WHERE a.estimate_id = e.id AND a.adjusted_on < %(end)s
            ORDER BY a.adjusted_on DESC LIMIT 1), e.assigned_amount)), 0) FROM finance_budgetestimate e
        WHERE e.year = %(year)s AND e.assigned_on < %(end)s""",
    "KHTC-02": f"SELECT count(DISTINCT task_id) FROM finance_priceappraisal WHERE {_within('appraised_on')}",
    "KHTC-03": f"SELECT count(task_id) FROM finance_procurementplan WHERE {_within('decided_on')}",
    "KHTC-04": f"SELECT count(*) {PACKAGES} 'software' AND {_within('awarded_on')}",
    "KHTC-05": f"SELECT COALESCE(sum(quantity), 0) {PACKAGES} 'car' AND {OWN} AND {_within('completed_on')}",
    "KHTC-06": f"SELECT COALESCE(sum(quantity), 0) {PACKAGES} 'repair' AND {OWN} AND {_within('completed_on')}",
    "KHTC-07": f"SELECT count(*) {PACKAGES} 'office_equipment' AND {OWN} AND {_within('completed_on')}",
    "KHTC-08": f"SELECT count(*) FROM finance_publicasset WHERE form = 'sale' AND {_within('dossier_sent_on')}",
    "KHTC-09": """SELECT count(*) FROM finance_contractinstalment i
        WHERE i.due_on < %(last)s AND (i.dropped_on IS NULL OR i.dropped_on > %(last)s)
        AND (i.condition = '' OR i.condition_met_on < %(last)s)
        AND NOT EXISTS (SELECT 1 FROM science_taskmilestone m WHERE m.task_id = i.task_id AND m."on" <= %(last)s
            AND m.kind IN ('stopped', 'terminated', 'liquidated'))
        AND i.amount > (
            SELECT COALESCE(sum(p.amount), 0) FROM finance_advancepayment p
            WHERE p.instalment_id = i.id AND p.paid_on <= %(last)s)""",
    "KHTC-10": f"""SELECT COALESCE(sum(o.rest), 0) FROM (
        SELECT a.amount - ({CLEARED}) AS rest FROM finance_advancepayment a WHERE a.paid_on <= %(last)s) o WHERE o.rest > 0""",
    "KHTC-11": f"""SELECT count(DISTINCT a.task_id) FROM finance_advancepayment a
        WHERE a.paid_on <= %(last)s AND a.amount > ({CLEARED}) AND ({LAST_DAY}) < %(last)s""",
    "KHTC-12": f"SELECT count(*) FROM finance_yearsettlement WHERE {_within('approved_on')}",
    "KHTC-13": f"SELECT COALESCE(sum(amount), 0) FROM finance_paymentreduction WHERE {_within('decided_on')}",
    "KHTC-15": f"""SELECT count(*) FROM finance_tenderpackage
        WHERE kind IN ('measuring', 'supplies', 'other') AND {OWN} AND {_within("completed_on")}""",
    "KHTC-14": f"SELECT count(*) FROM finance_taskasset WHERE {_within('handed_over_on')}",
}
