"""Handing in while the call is opened, extended or withdrawn: one of two outcomes, and never a submission in a call that was opened without it."""

import threading
from datetime import time, timedelta

import pytest
from django.db import connection, transaction

from khcn.kernel.refusals import Refused
from khcn.science.models import ProposalCall, Submission
from tests.factories.parties import OrganisationFactory
from tests.science.calls_given import (
    EARLY,
    LAST,
    LATE,
    OPENING,
    STAFF,
    a_bid_call,
    a_draft,
    on_paper,
    take,
    tenant,
)
from tests.trace.test_store_at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="on SQLite a transaction that writes is alone from its beginning",
    ),
]
IN_BETWEEN = 0.5  # seconds in which the second one would have finished
EXTENSION = {"closes_on": (LATE + timedelta(days=30)).date(), "closes_time": time(17), "reason": "ít hồ sơ"}
STEPS = {
    "open": lambda call: take(call, "open", STAFF, at=LATE, **OPENING),
    "withdraw": lambda call: take(call, "withdraw", STAFF, at=LATE, reason="hết kinh phí"),
    "extend": lambda call: take(call, "extend", STAFF, at=LATE, **EXTENSION),
}


def one_after_the_other(first, second):
    """The refusals of two verbs of which the second begins while the transaction of the first is open."""
    is_written = threading.Event()

    def slow():
        with transaction.atomic():
            first()
            is_written.set()
            threading.Event().wait(IN_BETWEEN)
        return ""

    def quick():
        assert is_written.wait(60)
        try:
            second()
        except Refused as refused:
            return str(refused)
        return ""

    return at_once([slow, quick])


@pytest.fixture
def firm():
    return OrganisationFactory()


@pytest.mark.parametrize("step", STEPS)
def test_who_hands_in_while_the_call_ends_is_refused(step, firm):
    call = a_bid_call(accepts_late=True)
    draft = a_draft(call, firm)
    _first, refusal = one_after_the_other(
        lambda: STEPS[step](ProposalCall.objects.get(pk=call.pk)),
        lambda: take(Submission.objects.get(pk=draft.pk), "submit", tenant(firm), at=LATE),
    )
    draft.refresh_from_db()
    call.refresh_from_db()
    if step == "extend":  # in time by the new last moment
        assert (refusal, draft.state, draft.is_late, call.received) == ("", "submitted", False, 1)
    else:
        assert (refusal != "", draft.state, draft.receipt, call.received) == (True, "draft", "", 0)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_handed_in_first_is_among_what_is_opened(step, firm):
    call = a_bid_call(accepts_late=True)
    draft = a_draft(call, firm)
    _first, refusal = one_after_the_other(
        lambda: take(Submission.objects.get(pk=draft.pk), "submit", tenant(firm), at=LATE),
        lambda: STEPS[step](ProposalCall.objects.get(pk=call.pk)),
    )
    draft.refresh_from_db()
    call.refresh_from_db()
    assert (refusal, draft.state, draft.is_late, call.received) == ("", "submitted", True, 1)


def test_what_is_taken_back_while_the_call_is_extended_or_opened_is_a_draft_of_an_open_call_or_stays(firm):
    call = a_bid_call()
    draft = a_draft(call, firm)
    take(draft, "submit", tenant(firm))
    _first, refusal = one_after_the_other(
        lambda: STEPS["open"](ProposalCall.objects.get(pk=call.pk)),
        lambda: take(Submission.objects.get(pk=draft.pk), "withdraw", tenant(firm), at=LAST),
    )
    draft.refresh_from_db()
    assert ("không rút được" in refusal, draft.state) == (True, "submitted")


def test_an_envelope_that_comes_while_the_call_is_opened_is_not_in_it(firm):
    call = a_bid_call(accepts_late=True)
    _first, refusal = one_after_the_other(
        lambda: STEPS["open"](ProposalCall.objects.get(pk=call.pk)),
        lambda: on_paper(ProposalCall.objects.get(pk=call.pk), firm, at=LATE),
    )
    assert (refusal != "", call.received) == (True, 0)


def test_two_that_hand_in_at_once_have_a_receipt_each():
    call = a_bid_call()
    firms = [OrganisationFactory(), OrganisationFactory()]
    drafts = [a_draft(call, each) for each in firms]

    def hand_in(place):
        return lambda: take(
            Submission.objects.get(pk=drafts[place].pk), "submit", tenant(firms[place]), at=EARLY
        )

    assert one_after_the_other(hand_in(0), hand_in(1)) == ["", ""]
    assert sorted(call.submissions.values_list("receipt", flat=True)) == ["HS-2023-01", "HS-2023-02"]
