"""A second declaration that says something else than the first is reported to its sender, and not taken for a repetition."""

import pytest

from tests.trace.rest_given import Speaker, document, event, party

pytestmark = pytest.mark.django_db
WRONG = {"declarationTime": "2026-10-09T09:00:00Z", "reason": "incorrect_data"}
LATER = {**WRONG, "declarationTime": "2026-10-09T10:00:00Z"}
BETTER = event(2)["eventID"]


def outcome(job):
    return (
        job["success"],
        job["accepted"],
        job["duplicates"],
        [(one["code"], one["path"]) for one in job["errors"]],
    )


@pytest.mark.parametrize("second", [{"correctiveEventIDs": [BETTER]}, {"reason": "did_not_occur"}])
def test_a_second_declaration_that_differs_is_a_conflict(second):
    maker = Speaker(party())
    maker.captured(document(event(1), event(1, errorDeclaration=WRONG)))
    again = document(event(1, errorDeclaration={**LATER, **second}), event(2))
    conflict = ("ERROR_DECLARATION_CONFLICT", "/epcisBody/eventList/0/errorDeclaration")
    assert outcome(maker.captured(again)) == (False, 0, 0, [conflict])
    assert outcome(maker.captured(document(event(2)))) == (True, 1, 0, [])


def test_the_same_declaration_sent_later_is_a_repetition():
    maker = Speaker(party())
    first = {**WRONG, "correctiveEventIDs": [BETTER, "urn:uuid:00000000-0000-4000-8000-000000000003"]}
    maker.captured(document(event(1), event(1, errorDeclaration=first)))
    again = {**LATER, "correctiveEventIDs": first["correctiveEventIDs"][::-1]}
    assert outcome(maker.captured(document(event(1, errorDeclaration=again)))) == (True, 0, 1, [])
