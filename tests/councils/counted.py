"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from tests.factories import councils


def meeting(kind, for_year=2023):
    return lambda on: councils.CouncilMeetingFactory(kind=kind, for_year=for_year, held_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "HD-01": (meeting("selection"), [meeting("provincial")]),
    "HD-02": (meeting("direct_assignment"), [meeting("selection")]),
    "HD-03": (meeting("acceptance"), [meeting("determination")]),
    "HD-04": (
        meeting("supplementary", 2023),
        [meeting("supplementary", 2024), meeting("determination", 2023)],
    ),
    "HD-05": (
        meeting("determination", 2024),
        [meeting("determination", 2023), meeting("supplementary", 2024)],
    ),
    "HD-06": (meeting("selection"), [meeting("direct_assignment")]),
}
