"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import quality


def finished(on, **fields):
    days = dict.fromkeys(("decided_on", "begun_on", "finished_on"), on)
    return quality.StateCheckFactory(state="finished", planned_on=on, **days, **fields)


def metrology_check(topic="water_meters", **fields):
    return lambda on: finished(on, field="metrology", topic=topic, **fields)


def quality_check(topic="fuel", **fields):
    return lambda on: finished(on, field="quality", topic=topic, **fields)


def decided(on):
    return quality.StateCheckFactory(state="decided", planned_on=on, decided_on=on)


def place(check, outcome="violation"):
    return lambda on: quality.CheckedPlaceFactory(check_case=check(on), checked_on=on, outcome=outcome)


def finding(**fields):
    check = fields.pop("check", metrology_check())
    return lambda on: quality.CheckFindingFactory(subject__check_case=check(on), **fields)


def sample(check, **fields):
    """Of a check that was long ago."""

    def made(on):
        before = on.replace(year=2019)
        days = {"taken_on": before, "result_on": on}
        return quality.CheckSampleFactory(subject__check_case=check(before), **days, **fields)

    return made


def handling(check, *, done=True):
    """One of a check that was long ago."""
    return lambda on: quality.CheckHandlingFactory(
        subject__check_case=check(on.replace(year=2019)),
        demanded_on=on.replace(year=2019),
        done_on=on if done else None,
    )


def guidance(purpose):
    return lambda on: quality.QualityGuidanceFactory(purpose=purpose, guided_on=on)


def declaration(on):
    return quality.ConformityDeclarationFactory(
        state="accepted", received_on=on, notified_on=on, notice_number=f"{on:%j}/TB-SKHCN"
    )


def returned(on):
    return quality.ConformityDeclarationFactory(state="returned", received_on=on, returned_on=on)


def training(**fields):
    return lambda on: quality.ProductivityTrainingFactory(completed_on=on, **fields)


def published(on):
    return quality.TraceabilitySupportFactory(
        state="published", registered_on=on.replace(year=2019), year=2019, published_on=on
    )


def supported(*steps):
    """A party whose support began, was contracted where that is asked, and stopped within one day: other windows have nothing of it."""
    return lambda on: quality.TraceabilitySupportFactory(
        state="stopped",
        registered_on=on,
        stopped_on=on,
        year=2019,
        **dict.fromkeys(steps, on),
    )


def request(**days):
    return lambda on: quality.StandardRequestFactory(
        received_on=on.replace(year=2019), **dict.fromkeys(days, on)
    )


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "DL-01": (metrology_check(), [quality_check(), decided]),
    "DL-03": (metrology_check("medical"), [metrology_check(), metrology_check("medical", plan=None)]),
    "DL-06": (
        metrology_check("taximeters"),
        [metrology_check("police"), metrology_check("other", plan=None), quality_check("other")],
    ),
    "DL-07": (metrology_check(plan=None), [metrology_check(), quality_check(plan=None)]),
    "CL-01": (quality_check(), [metrology_check(), decided]),
    "CL-06": (
        quality_check("other"),
        [quality_check(), quality_check("other", plan=None), metrology_check("other")],
    ),
    "DL-02": (
        place(metrology_check()),
        [
            place(metrology_check("police")),
            place(metrology_check(plan=None)),
            place(metrology_check(), "absent"),
        ],
    ),
    "DL-04": (place(metrology_check("bodies")), [place(metrology_check()), place(decided)]),
    "DL-05": (place(metrology_check("police")), [place(metrology_check())]),
    "CL-02": (place(quality_check("holiday")), [place(quality_check())]),
    "CL-03": (place(quality_check("labels")), [place(quality_check())]),
    "CL-04": (
        place(quality_check()),
        [place(quality_check("labels")), place(quality_check(plan=None)), place(decided)],
    ),
    "CL-05": (place(quality_check(plan=None)), [place(quality_check()), place(metrology_check(plan=None))]),
    "DL-09": (
        finding(),
        [finding(kind="goods"), finding(failed=0, finding=""), finding(check=quality_check())],
    ),
    "DL-10": (
        place(metrology_check(plan=None)),
        [place(metrology_check(), "conforming"), place(quality_check()), place(metrology_check(), "absent")],
    ),
    "DL-11": (
        handling(metrology_check()),
        [handling(metrology_check(), done=False), handling(quality_check())],
    ),
    "CL-15": (place(quality_check()), [place(quality_check(), "conforming"), place(metrology_check())]),
    "CL-08": (
        sample(quality_check(), conforms=False),
        [sample(quality_check(), conforms=True), sample(metrology_check(), conforms=False)],
    ),
    "CL-09": (
        handling(quality_check()),
        [handling(quality_check(), done=False), handling(metrology_check())],
    ),
    "CL-10": (guidance("barcode_again"), [guidance("label"), guidance("standard")]),
    "CL-11": (guidance("label"), [guidance("barcode_new")]),
    "CL-12": (guidance("company_standard"), [guidance("label"), guidance("barcode_new")]),
    "CL-13": (declaration, [returned]),
    "CL-14": (lambda on: quality.InternalAuditFactory(audited_on=on), []),
    "TX-01": (supported(), []),
    "TX-02": (supported("contracted_on"), [supported()]),
    "TX-04": (published, []),
    "NS-01": (training(), [training(official=False), training(expert=False)]),
    "NS-02": (lambda on: quality.ProductivitySupportFactory(selected_on=on), []),
    "TK-01": (request(answered_on=True), [request()]),
}
