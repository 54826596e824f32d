"""The figures of `khcn.radiation` as a database expert would write them (see the package)."""

NOTIFIED = """
    SELECT count(*) FROM radiation_radiationnotification b WHERE b.received_on >= %(start)s AND b.received_on < %(end)s
    AND b.device_id IS NOT NULL AND b.kind =
"""
LICENSED = """
    SELECT count(*) FROM radiation_radiationlicence l WHERE l.issued_on >= %(start)s AND l.issued_on < %(end)s AND l.issuer =
"""
INSPECTED = """
    SELECT count(*) FROM radiation_radiationcheck k WHERE k.checked_on >= %(start)s AND k.checked_on < %(end)s AND k.subject =
"""

STATEMENTS = {
    "BX-01": NOTIFIED + "'possession'",
    "BX-02": """SELECT count(*) FROM radiation_radiationstaffcertificate
        WHERE issued_on >= %(start)s AND issued_on < %(end)s""",
    "BX-03": LICENSED + "'province' AND l.kind = 'new'",
    "BX-04": LICENSED + "'province' AND l.kind = 'renewal'",
    "BX-05": """SELECT count(*) FROM radiation_radiationlicenceapplication
        WHERE state = 'returned' AND decided_on >= %(start)s AND decided_on < %(end)s""",
    "BX-06": INSPECTED + "'source'",
    "BX-07": NOTIFIED + "'stopped'",
    "BX-08": "SELECT count(*) FROM radiation_radiationtraining WHERE held_on >= %(start)s AND held_on < %(end)s",
    "BX-09": INSPECTED + "'xray'",
    "BX-10": "SELECT count(*) FROM radiation_guidanceletter WHERE issued_on >= %(start)s AND issued_on < %(end)s",
    "BX-11": LICENSED + "'central'",
    "BX-12": """SELECT COALESCE(sum(value), 0) FROM reference_ruleparameter WHERE code = 'radiation.renewal_days'
        AND valid_from <= %(last)s AND (valid_to IS NULL OR valid_to > %(last)s)""",
    "BX-13": """SELECT count(*) FROM radiation_radiationlicence WHERE issued_on <= %(last)s
        AND (ended_on IS NULL OR ended_on > %(last)s) AND (replaced_on IS NULL OR replaced_on > %(last)s)
        AND (expires_on IS NULL OR expires_on >= %(last)s)""",
    "BX-14": """SELECT count(*) FROM radiation_radiationdevice d WHERE (SELECT b.kind FROM radiation_radiationnotification b
        WHERE b.device_id = d.id AND b.happened_on <= %(last)s ORDER BY b.happened_on DESC, b.id DESC LIMIT 1)
        IN ('possession', 'resumed')""",
}
