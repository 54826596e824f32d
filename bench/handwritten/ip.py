"""The figures of `khcn.ip` as a database expert would write them (see the package)."""

RECOGNISED = """
    JOIN ip_initiativeround r ON r.id = i.round_id WHERE i.state = 'recognised' AND r.level = 'province'
    AND i.decided_on >= %(start)s AND i.decided_on < %(end)s
"""
GUIDED = """
    SELECT count(DISTINCT g.organisation_id) FROM ip_ipguidance g JOIN parties_organisation o ON o.id = g.organisation_id
    WHERE g.guided_on >= %(start)s AND g.guided_on < %(end)s AND
"""
TO_MARKS = "g.purpose = 'protection' AND g.kind IN ('trademark', 'collective', 'certification') AND o.kind"

STATEMENTS = {
    "SK-01": """SELECT count(*) FROM ip_initiativeround
        WHERE level = 'province' AND considered_on >= %(start)s AND considered_on < %(end)s""",
    "SK-02": "SELECT count(*) FROM ip_initiative i" + RECOGNISED,
    "SK-03": "SELECT count(*) FROM ip_initiativeauthor a JOIN ip_initiative i ON i.id = a.initiative_id"
    + RECOGNISED,
    "SH-01": GUIDED + "g.purpose = 'use' AND g.kind = 'indication' AND o.kind = 'cooperative'",
    "SH-02": GUIDED + TO_MARKS + " = 'cooperative'",
    "SH-03": GUIDED + TO_MARKS + " <> 'cooperative'",
    "SH-04": """SELECT count(*) FROM ip_ipevent
        WHERE kind = 'workshop' AND took_place_on >= %(start)s AND took_place_on < %(end)s""",
    "SH-05": """SELECT count(*) FROM ip_ipasset WHERE granted_on <= %(last)s AND (ended_on IS NULL OR ended_on > %(last)s)
        AND (expires_on IS NULL OR expires_on >= %(last)s)""",
    "KN-01": "SELECT COALESCE(sum(ordinal), 0) FROM ip_contestedition WHERE kind = 'startup' AND year = %(year)s",
    "KN-02": """SELECT COALESCE(sum(CAST(substr(CAST(result_planned_on AS varchar(10)), 6, 2) AS integer)), 0)
        FROM ip_contestedition WHERE kind = 'startup' AND year = %(year)s
        AND CAST(substr(CAST(result_planned_on AS varchar(10)), 1, 4) AS integer) = %(year)s
        AND (published_on IS NULL OR published_on >= %(end)s)""",
    "KN-03": "SELECT COALESCE(sum(ordinal), 0) FROM ip_contestedition WHERE kind = 'creativity' AND year = %(year)s",
}
