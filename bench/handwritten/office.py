"""The figures of `khcn.office` as a database expert would write them (see the package)."""


def _events(what: str, condition: str) -> str:
    return f"""SELECT {what} FROM office_personnelevent WHERE state = 'decided'
        AND decided_on >= %(start)s AND decided_on < %(end)s AND {condition}"""


def _places(column: str, kind: str) -> str:
    return f"""SELECT COALESCE(sum({column}), 0) FROM office_indexranking
        WHERE kind = '{kind}' AND year = %(year)s - 1 AND published_on < %(end)s AND province = %(province)s"""


def _documents(way: str) -> str:
    return f"""SELECT COALESCE(sum(documents), 0) FROM office_correspondencecount
        WHERE way = '{way}' AND ends_on >= %(year_start)s AND ends_on < %(end)s"""


PEOPLE = "count(DISTINCT person_id)"
STATEMENTS = {
    "VP-01": _events(PEOPLE, "kind = 'maternity_leave' AND staff_kind = 'contract'"),
    "VP-02": _events(PEOPLE, "kind = 'recruitment' AND staff_kind = 'contract'"),
    "VP-03": _events("count(*)", "kind = 'reappointment' AND position = 'deputy_director'"),
    "VP-04": _events("count(*)", "kind = 'appointment' AND position = 'centre_director'"),
    "VP-05": _events(PEOPLE, "kind = 'recruitment' AND staff_kind = 'public_employee'"),
    "VP-06": _events(PEOPLE, "kind = 'rotation' AND staff_kind = 'civil_servant'"),
    "VP-07": _events(PEOPLE, "kind = 'secondment' AND staff_kind = 'civil_servant'"),
    "VP-08": _events(PEOPLE, "kind = 'promotion' AND staff_kind = 'public_employee'"),
    "VP-09": _events("count(*)", "kind = 'appointment' AND position = 'deputy_head'"),
    "VP-10": """SELECT count(DISTINCT person_id) FROM office_emulationnomination WHERE state = 'awarded'
        AND title = 'merit' AND level = 'province' AND decided_on >= %(start)s AND decided_on < %(end)s""",
    "VP-11": _places("rank", "par"),
    "VP-12": _places("population", "par"),
    "VP-13": _places("rank", "ddci"),
    "VP-14": """SELECT count(*) FROM office_trainingassignment
        WHERE decided_on >= %(start)s AND decided_on < %(end)s""",
    "VP-15": _documents("incoming"),
    "VP-16": _documents("outgoing"),
    "VP-17": """SELECT COALESCE(sum(q.posts), 0) FROM office_postquota q WHERE q.year = %(year)s
        AND q.staff_kind <> 'contract' AND q.decided_on = (SELECT max(o.decided_on) FROM office_postquota o
        WHERE o.unit_id = q.unit_id AND o.year = q.year AND o.staff_kind = q.staff_kind AND o.decided_on < %(end)s)""",
    "VP-18": """SELECT count(*) FROM office_parplantask
        WHERE completed_on >= %(start)s AND completed_on < %(end)s""",
    "VP-19": _events(PEOPLE, "kind = 'maternity_leave' AND staff_kind <> 'contract'"),
    "VP-20": _events(
        "count(*)",
        "kind IN ('appointment', 'reappointment') AND NOT (kind = 'reappointment' AND position = 'deputy_director')"
        " AND NOT (kind = 'appointment' AND position IN ('centre_director', 'deputy_head'))",
    ),
    "VP-21": _events(PEOPLE, "kind = 'recruitment' AND staff_kind = 'civil_servant'"),
    "VP-22": """SELECT count(*) FROM office_emulationnomination WHERE state = 'awarded'
        AND title = 'merit' AND level = 'ministry' AND decided_on >= %(start)s AND decided_on < %(end)s""",
    "VP-23": _events(PEOPLE, "kind IN ('retirement', 'departure')"),
    "VP-24": _events(PEOPLE, "kind = 'transfer'"),
}
