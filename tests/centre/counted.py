"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import centre
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskProposalFactory


def made(line, unit):
    return lambda on: centre.ProductionBatchFactory(
        product=centre.ProductFactory(line=line, unit=unit), finished_on=on
    )


def sold(line, unit):
    return lambda on: centre.ProductSaleFactory(
        product=centre.ProductFactory(line=line, unit=unit), sold_on=on
    )


def of_product(maker, line, unit):
    """A product of the line in another unit and one of another line are not counted."""
    other_unit = "kg" if unit != "kg" else "bag"
    return maker(line, unit), [maker(line, other_unit), maker("other", unit)]


def done(subject, method, **of_order):
    def make(on):
        order = centre.ServiceOrderFactory(**{name: value() for name, value in of_order.items()})
        item = centre.ServiceOrderItemFactory(subject=subject, method=method, order=order)
        return centre.ServiceResultFactory(item=item, done_on=on)

    return make


def of_service(subject, method):
    other = "control" if method != "control" else "verification"
    return done(subject, method), [done(subject, other), done("other", method)]


def of_joint_service(subject, method):
    """What the Centre did alone is not counted."""
    counted, others = of_service(subject, method)
    return done(subject, method, partner=OrganisationFactory), [*others, counted]


def training(kind):
    return lambda on: centre.CentreTrainingFactory(kind=kind, held_on=on)


def task_work(kind, level, year=1):
    def make(on):
        if kind == "proposal":
            proposal = TaskProposalFactory(level=level, for_year=2023 + year)
            return centre.CentreTaskWorkFactory(kind=kind, task=None, proposal=proposal, happened_on=on)
        return centre.CentreTaskWorkFactory(kind=kind, task=ScienceTaskFactory(level=level), happened_on=on)

    return make


def visit(work):
    return lambda on: centre.ModelVisitFactory(work=work, visited_on=on)


def completed(kind):
    return lambda on: centre.TechnologyProcessFactory(
        kind=kind, started_on=on.replace(year=2019), completed_on=on
    )


def dropped(on):
    return centre.TechnologyProcessFactory(kind="food", started_on=on.replace(year=2019), dropped_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "UD-01": of_product(made, "mushroom_spawn", "kg"),
    "UD-03": of_product(made, "mushroom_bag", "bag"),
    "UD-06": of_product(made, "strawberry_shoot", "shoot_bag"),
    "UD-07": of_product(made, "strawberry_plant", "plant"),
    "UD-08": of_product(sold, "strawberry_plant", "plant"),
    "UD-09": of_product(made, "anoectochilus_shoot", "shoot_bag"),
    "UD-10": of_product(sold, "anoectochilus_plant", "plant"),
    "UD-11": of_product(made, "eucalyptus_shoot", "shoot_bag"),
    "UD-12": of_product(made, "acacia_shoot", "shoot_bag"),
    "UD-13": of_product(made, "phi_diep_orchid", "pot"),
    "UD-14": of_product(made, "hac_vy_orchid", "hanger"),
    "UD-17": (completed("food"), [completed("bio_preparation"), dropped]),
    "UD-18": (
        task_work("result", "province"),
        [task_work("result", "national"), task_work("outline", "province")],
    ),
    "UD-20": (visit("dressing"), [visit("monitoring"), visit("protection")]),
    "UD-21": (training("transfer"), [training("staff")]),
    "UD-23": (lambda on: centre.ConsultingContractFactory(signed_on=on), [training("transfer")]),
    "UD-24": (
        task_work("proposal", "province"),
        [task_work("proposal", "national"), task_work("proposal", "province", 0)],
    ),
    "UD-25": (training("staff"), [training("transfer")]),
    "UD-26": (task_work("outline", "grassroots"), [task_work("outline", "province")]),
    "DV-01": of_service("scale", "verification"),
    "DV-02": of_service("sphygmomanometer", "verification"),
    "DV-03": of_service("fuel_dispenser", "verification"),
    "DV-04": of_service("electricity_meter", "control"),
    "DV-05": of_service("electricity_meter", "verification"),
    "DV-06": of_service("earth_system", "measurement"),
    "DV-07": of_service("building_sample", "testing"),
    "DV-08": of_joint_service("ecg_eeg", "verification"),
    "DV-09": of_joint_service("electronic_sphygmomanometer", "verification"),
    "DV-10": of_joint_service("pipette", "calibration"),
    "DV-11": of_joint_service("biosafety_cabinet", "calibration"),
    "DV-12": of_joint_service("autoclave", "calibration"),
    "DV-13": of_joint_service("refractometer", "verification"),
    "DV-14": of_joint_service("xray", "verification"),
    "DV-15": of_joint_service("xray_room", "measurement"),
    "DV-16": (
        done("pipette", "calibration"),
        [done("scale", "verification"), done("pipette", "calibration", partner=OrganisationFactory)],
    ),
}
