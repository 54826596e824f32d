"""Violations of the rules about calls and what is handed in for them (tests/integrity)."""

from datetime import UTC, date, datetime, timedelta

from khcn.science.workflow import VALID
from tests.factories.science import ProposalCallFactory, SubmissionFactory
from tests.integrity.given import breaks, put

LAST = datetime(2023, 5, 31, 10, 0, tzinfo=UTC)  # 17:00 here, the last minute of the call
MINUTE = timedelta(minutes=1)


def a_call(**values):
    return ProposalCallFactory(state="published", is_sealed=False, **values)


def at(call, moment, **values):
    local = moment + timedelta(hours=7)
    row = SubmissionFactory(call=call)
    return put(row, submitted_at=moment, submitted_on=local.date(), **values)


@breaks("science.submission_without_receipt")
def _():
    return [
        put(SubmissionFactory(), submitted_at=None),
        put(SubmissionFactory(), submitted_on=None),
        put(SubmissionFactory(), receipt=""),
        put(SubmissionFactory(), state="withdrawn", submitted_at=None),
    ]


@breaks("science.submission_without_receipt")
def _():
    """Drafts that were never handed in, and what was taken back, lack nothing."""
    never = {"receipt": "", "submitted_at": None, "submitted_on": None}
    SubmissionFactory(state="draft", **never)
    SubmissionFactory(state="withdrawn")
    return []


@breaks("science.submission_receipt_twice")
def _():
    first, second = SubmissionFactory(), SubmissionFactory()
    return [first, put(second, receipt=first.receipt)]


@breaks("science.submission_out_of_time")
def _():
    call = a_call()
    at(call, LAST + MINUTE - timedelta(seconds=1))  # of the minute that the call names
    at(call, LAST + MINUTE, is_late=True)
    at(call, datetime(2023, 3, 31, 17, 0, tzinfo=UTC))  # the first minute of the first day
    at(call, LAST + MINUTE, state="withdrawn")
    return [
        at(call, LAST + MINUTE),
        at(call, LAST + timedelta(hours=12)),
        at(call, datetime(2023, 3, 31, 16, 59, tzinfo=UTC)),
    ]


@breaks("science.call_opened_early")
def _():
    opened = {"state": "opened", "present": "Bà A"}
    put(a_call(), opened_at=LAST + MINUTE, **opened)
    put(a_call(), opened_at=LAST + timedelta(hours=12), **opened)
    return [
        put(a_call(), opened_at=LAST + timedelta(seconds=59), **opened),
        put(a_call(), opened_at=LAST - timedelta(days=1), **opened),
    ]


@breaks("science.call_opening_unsaid")
def _():
    return [put(a_call(), state="closed"), put(a_call(), opened_at=LAST + MINUTE)]


@breaks("science.submission_without_proposal")
def _():
    """Bids become none, and what was opened lately may still."""
    opened = {"state": "opened", "present": "Bà A", "closes_on": date(2023, 5, 31)}
    long_ago, lately = (
        put(a_call(), opened_at=moment, **opened)
        for moment in (LAST + MINUTE, datetime(2023, 10, 2, 2, tzinfo=UTC))
    )
    SubmissionFactory(call=lately, state=VALID)
    SubmissionFactory(call=long_ago, state="invalid")
    return [SubmissionFactory(call=long_ago, state=VALID)]
