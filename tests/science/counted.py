"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import reference, science


def task(level="province", **fields):
    side = "co_managed" if level == "national" else "province"
    return science.ScienceTaskFactory(level=level, **{"managing_side": side, **fields})


def milestone(kind, level="province", grade=None):
    def make(on):
        item = reference.GradeFactory(code=grade, label=grade) if grade else None
        return science.TaskMilestoneFactory(task=task(level), kind=kind, on=on, grade=item)

    return make


def milestone_of_host(kind):
    return lambda on: science.TaskMilestoneFactory(
        task=task("grassroots", managing_side="host"), kind=kind, on=on
    )


def amendment(kind, level="province"):
    return lambda on: science.TaskAmendmentFactory(task=task(level), kind=kind, decided_on=on)


def check(kind, level="province"):
    return lambda on: science.ProgressCheckFactory(task=task(level), kind=kind, checked_on=on)


def proposal(field="agriculture", for_year=2024):
    return lambda on: science.TaskProposalFactory(
        field_group=reference.FieldGroupFactory(code=field, label=field), for_year=for_year, received_on=on
    )


def determined(start_year=2024, **fields):
    def make(on):
        made = task(start_year=start_year, planned_start_on=None, planned_end_on=None, **fields)
        science.TaskMilestoneFactory(task=made, kind="determined", on=on)
        return made

    return make


def determined_before(on):
    """Determined long ago; a second determination inside the window is not its first."""
    made = determined()(on.replace(year=2020))
    science.TaskMilestoneFactory(task=made, kind="determined", on=on)
    return made


def workshop(on):
    return science.TaskWorkshopFactory(held_on=on).task


def session(kind):
    return lambda on: science.WorkingSessionFactory(kind=kind, held_on=on)


def pilot(area=10, dated="urged_on"):
    return lambda on: science.PilotModelFactory(**{"area_ha": area, "urged_on": None, dated: on})


def nomination(dated):
    return lambda on: science.ProgrammeNominationFactory(**{"nominated_on": on.replace(year=2019), dated: on})


def approved_province(dated="approved_on"):
    return lambda on: science.NominationProvinceFactory(nomination=nomination(dated)(on))


def certificate(kind):
    return lambda on: science.OperationCertificateFactory(kind=kind, issued_on=on)


def campaign(on):
    return science.EvaluationCampaignFactory(issued_on=on)


def surveyed(on):
    return science.EvaluationCampaignFactory(issued_on=on.replace(year=2019), surveyed_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "NV-14": (
        determined(),
        [determined(2023), determined(2025), determined(managing_side="host"), determined_before],
    ),
    "NT-01": (
        milestone("accepted_province", grade="passed"),
        [milestone("accepted_province", "national"), milestone("self_accepted"), milestone("recognised")],
    ),
    "NT-02": (
        milestone("accepted_province", grade="good"),
        [
            milestone("accepted_province", grade="passed"),
            milestone("accepted_province"),
            milestone("accepted_province", "national", grade="good"),
        ],
    ),
    "NT-03": (
        milestone("accepted_province", "national"),
        [milestone("accepted_province"), milestone("accepted_national", "national")],
    ),
    "NT-04": (milestone("recognised"), [milestone("recognised", "national"), milestone("registered")]),
    "NT-05": (milestone("registered", "national"), [milestone("recognised")]),
    "DC-01": (
        milestone("stopped"),
        [milestone("stopped", "national"), milestone("suspended"), milestone("terminated")],
    ),
    "DC-02": (
        amendment("extend_duration"),
        [amendment("extend_submission"), amendment("extend_duration", "national")],
    ),
    "DC-03": (amendment("change_partner", "national"), [amendment("change_host")]),
    "DC-04": (amendment("change_pi"), [amendment("change_pi", "national"), amendment("change_host")]),
    "DC-05": (
        amendment("amend_outline", "national"),
        [amendment("amend_outline"), amendment("change_pi", "national")],
    ),
    "DC-06": (
        amendment("add_site", "national"),
        [amendment("add_site"), amendment("amend_outline", "national")],
    ),
    "DC-07": (
        milestone("terminated", "national"),
        [milestone("stopped", "national"), milestone("liquidated")],
    ),
    "DC-08": (milestone("suspended", "national"), [milestone("resumed", "national"), milestone("stopped")]),
    "KT-01": (check("unscheduled"), [check("visit"), check("finance"), check("periodic", "national")]),
    "KT-02": (check("visit", "national"), [check("visit"), check("finance", "national")]),
    "KP-01": (milestone("settled"), [milestone("liquidated"), milestone_of_host("settled")]),
    "KP-02": (
        milestone("budget_appraised", "national"),
        [milestone("outline_approved"), milestone_of_host("budget_appraised")],
    ),
    "KP-03": (check("finance", "national"), [check("periodic"), check("visit")]),
    "HT-01": (workshop, [check("periodic")]),
    "MH-01": (pilot(), [pilot(dated="finished_on"), pilot(area=None)]),
    "DX-01": (proposal("natural"), [proposal(for_year=2023), proposal(for_year=2025)]),
    "DX-02": (proposal("agriculture"), [proposal("engineering"), proposal("agriculture", 2023)]),
    "DX-03": (proposal("engineering"), [proposal("agriculture"), proposal("engineering", 2025)]),
    "DX-04": (proposal("medical"), [proposal("natural"), proposal("medical", 2023)]),
    "DX-05": (proposal("social"), [proposal("humanities"), proposal("social", 2023)]),
    "LV-01": (lambda on: session("district")(on).admin_unit, [session("district_offices")]),
    "LV-02": (session("district_offices"), [session("district")]),
    "CT-01": (nomination("nominated_on"), [nomination("approved_on")]),
    "CT-02": (nomination("approved_on"), [nomination("nominated_on")]),
    "CT-03": (approved_province(), [approved_province("nominated_on")]),
    "DG-01": (campaign, [surveyed]),
    "TC-01": (certificate("branch"), [certificate("new"), certificate("amended")]),
}
