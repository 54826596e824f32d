"""The figures of `khcn.centre` as a database expert would write them (see the package)."""

MADE = """
    SELECT COALESCE(sum(b.quantity), 0) FROM centre_productionbatch b JOIN centre_product p ON p.id = b.product_id
    WHERE b.finished_on >= %(start)s AND b.finished_on < %(end)s AND
"""
SOLD = """
    SELECT COALESCE(sum(s.quantity), 0) FROM centre_productsale s JOIN centre_product p ON p.id = s.product_id
    WHERE s.sold_on >= %(start)s AND s.sold_on < %(end)s AND
"""
PLANNED = """
    SELECT COALESCE(sum(k.quantity), 0) FROM centre_productionplan k JOIN centre_product p ON p.id = k.product_id
    WHERE k.year = %(year)s AND
"""
TRIED = """
    SELECT count(*) FROM centre_technologyprocess WHERE started_on <= %(last)s
    AND (completed_on IS NULL OR completed_on >= %(of_year)s) AND (dropped_on IS NULL OR dropped_on >= %(of_year)s)
    AND kind =
"""
WORKED = """
    SELECT count(DISTINCT COALESCE(w.task_id, w.proposal_id)) FROM centre_centretaskwork w LEFT JOIN science_sciencetask t ON t.id = w.task_id
    LEFT JOIN science_taskproposal d ON d.id = w.proposal_id
    WHERE w.happened_on >= %(start)s AND w.happened_on < %(end)s AND
"""
SERVED = """
    SELECT COALESCE(sum(r.quantity), 0) FROM centre_serviceresult r JOIN centre_serviceorderitem i ON i.id = r.item_id
    JOIN centre_serviceorder o ON o.id = i.order_id
    WHERE r.done_on >= %(start)s AND r.done_on < %(end)s AND
"""
TAUGHT = """
    SELECT COALESCE(sum(participants), 0) FROM centre_centretraining WHERE held_on >= %(start)s AND held_on < %(end)s AND kind =
"""


def _of(line: str, unit: str) -> str:
    return f"p.line = '{line}' AND p.unit = '{unit}'"


def _service(subject: str, method: str) -> str:
    return f"{SERVED} i.subject = '{subject}' AND i.method = '{method}'"


def _joint(subject: str, method: str) -> str:
    return f"{_service(subject, method)} AND o.partner_id IS NOT NULL"


OTHER_SERVICES = """
    (i.subject, i.method) NOT IN (
        ('scale', 'verification'), ('sphygmomanometer', 'verification'), ('fuel_dispenser', 'verification'),
        ('electricity_meter', 'control'), ('electricity_meter', 'verification'), ('earth_system', 'measurement'),
        ('building_sample', 'testing')
    ) AND (o.partner_id IS NULL OR (i.subject, i.method) NOT IN (
        ('ecg_eeg', 'verification'), ('electronic_sphygmomanometer', 'verification'), ('pipette', 'calibration'),
        ('biosafety_cabinet', 'calibration'), ('autoclave', 'calibration'), ('refractometer', 'verification'),
        ('xray', 'verification'), ('xray_room', 'measurement')
    ))
"""


STATEMENTS = {
    "UD-01": MADE + _of("mushroom_spawn", "kg"),
    "UD-02": PLANNED + _of("mushroom_spawn", "kg"),
    "UD-03": MADE + _of("mushroom_bag", "bag"),
    "UD-04": PLANNED + _of("mushroom_bag", "bag"),
    "UD-05": TRIED + "'bio_preparation'",
    "UD-06": MADE + _of("strawberry_shoot", "shoot_bag"),
    "UD-07": MADE + _of("strawberry_plant", "plant"),
    "UD-08": SOLD + _of("strawberry_plant", "plant"),
    "UD-09": MADE + _of("anoectochilus_shoot", "shoot_bag"),
    "UD-10": SOLD + _of("anoectochilus_plant", "plant"),
    "UD-11": MADE + _of("eucalyptus_shoot", "shoot_bag"),
    "UD-12": MADE + _of("acacia_shoot", "shoot_bag"),
    "UD-13": MADE + _of("phi_diep_orchid", "pot"),
    "UD-14": MADE + _of("hac_vy_orchid", "hanger"),
    "UD-15": """SELECT COALESCE(sum(area_m2), 0) FROM centre_productionsite WHERE kind = 'net_house' AND since_on <= %(last)s
        AND (left_on IS NULL OR left_on > %(last)s)""",
    "UD-16": TRIED + "'food'",
    "UD-17": """SELECT count(*) FROM centre_technologyprocess
        WHERE kind = 'food' AND completed_on >= %(start)s AND completed_on < %(end)s""",
    "UD-18": WORKED + "w.kind = 'result' AND t.level = 'province'",
    "UD-19": """SELECT count(*) FROM centre_followedmodel WHERE for_task AND started_on <= %(last)s
        AND (ended_on IS NULL OR ended_on > %(last)s)""",
    "UD-20": """SELECT count(*) FROM centre_modelvisit
        WHERE work = 'dressing' AND visited_on >= %(start)s AND visited_on < %(end)s""",
    "UD-21": TAUGHT + "'transfer'",
    "UD-22": """SELECT count(DISTINCT customer_id) FROM centre_consultingcontract WHERE signed_on < %(of_year)s
        AND (ended_on IS NULL OR ended_on > %(last)s)""",
    "UD-23": """SELECT count(DISTINCT customer_id) FROM centre_consultingcontract
        WHERE signed_on >= %(start)s AND signed_on < %(end)s""",
    "UD-24": WORKED + "w.kind = 'proposal' AND d.level = 'province' AND d.for_year = %(year)s + 1",
    "UD-25": TAUGHT + "'staff'",
    "UD-26": WORKED + "w.kind = 'outline' AND t.level = 'grassroots'",
    "DV-01": _service("scale", "verification"),
    "DV-02": _service("sphygmomanometer", "verification"),
    "DV-03": _service("fuel_dispenser", "verification"),
    "DV-04": _service("electricity_meter", "control"),
    "DV-05": _service("electricity_meter", "verification"),
    "DV-06": _service("earth_system", "measurement"),
    "DV-07": _service("building_sample", "testing"),
    "DV-08": _joint("ecg_eeg", "verification"),
    "DV-09": _joint("electronic_sphygmomanometer", "verification"),
    "DV-10": _joint("pipette", "calibration"),
    "DV-11": _joint("biosafety_cabinet", "calibration"),
    "DV-12": _joint("autoclave", "calibration"),
    "DV-13": _joint("refractometer", "verification"),
    "DV-14": _joint("xray", "verification"),
    "DV-15": _joint("xray_room", "measurement"),
    "DV-16": SERVED + OTHER_SERVICES,
}
