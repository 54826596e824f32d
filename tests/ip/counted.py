"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import date

from tests.factories import ip
from tests.factories.parties import OrganisationFactory


def considered(level):
    return lambda on: ip.InitiativeRoundFactory(level=level, considered_on=on)


def decided(state, level="province"):
    return lambda on: ip.InitiativeFactory(
        round=ip.InitiativeRoundFactory(level=level, considered_on=date(2019, 6, 1)),
        state=state,
        received_on=date(2019, 5, 1),
        decided_on=on,
        decision_number="12/QĐ-UBND",
    )


def author(state, level="province"):
    return lambda on: ip.InitiativeAuthorFactory(initiative=decided(state, level)(on))


def guided(purpose, kind, organisation_kind):
    return lambda on: ip.IpGuidanceFactory(
        purpose=purpose, kind=kind, guided_on=on, organisation=OrganisationFactory(kind=organisation_kind)
    )


def event(kind):
    return lambda on: ip.IpEventFactory(kind=kind, took_place_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "SK-01": (considered("province"), [considered("base")]),
    "SK-02": (decided("recognised"), [decided("refused"), decided("recognised", "base")]),
    "SK-03": (author("recognised"), [author("refused"), author("recognised", "base")]),
    "SH-01": (
        guided("use", "indication", "cooperative"),
        [
            guided("protection", "indication", "cooperative"),
            guided("use", "collective", "cooperative"),
            guided("use", "indication", "enterprise"),
        ],
    ),
    "SH-02": (
        guided("protection", "trademark", "cooperative"),
        [guided("protection", "patent", "cooperative"), guided("protection", "trademark", "enterprise")],
    ),
    "SH-03": (
        guided("protection", "certification", "other"),
        [guided("use", "certification", "other"), guided("protection", "certification", "cooperative")],
    ),
    "SH-04": (event("workshop"), [event("training"), event("launch")]),
}
