"""Scenes of test_at_once.py about keys of trace parties and tokens of staff."""

import threading
from datetime import date

from tests.security.concurrent_helpers import at_once, browser, opened, posting, statuses

ROUNDS = 3


def one_form_is_sent_twice_and_two_people_exchange_one_key():
    """A form issues one secret, a key gets one successor, whichever of the two comes first."""
    from khcn.kernel.actors import Role
    from khcn.parties.models import AccountToken
    from khcn.trace.models import ApiKey
    from tests.factories.trace import TracePartyFactory
    from tests.web.conftest import account

    pair = [browser(account(role, "TDC")) for role in (Role.OFFICER, Role.HEAD)]
    for number in range(ROUNDS):
        party = TracePartyFactory()
        place = f"/trace/trace-parties/{party.pk}/keys/"
        sent = opened(pair[0], f"{place}new/", label="Kho")
        answers = at_once(*(posting(pair[0], f"{place}new/", sent) for _each in range(2)))
        assert statuses(answers) == [200, 303], statuses(answers)
        key = ApiKey.objects.get(party=party)
        exchange = f"{place}{key.pk}/exchange/"
        answers = at_once(*(posting(each, exchange, opened(each, exchange)) for each in pair))
        assert statuses(answers) == [200, 303], statuses(answers)
        assert ApiKey.objects.filter(party=party).count() == 2
        sent = opened(pair[0], "/tokens/new/", name="Bảng", scope=["reference"])
        answers = at_once(*(posting(pair[0], "/tokens/new/", sent) for _each in range(2)))
        assert statuses(answers) == [200, 303], statuses(answers)
        assert AccountToken.objects.count() == number + 1


def a_key_is_used_while_somebody_else_writes():
    """That it was used is noted, or not: the request waits for no writer."""
    from django.db import connection, transaction
    from django.test import Client

    from khcn.kernel.actors import SYSTEM
    from khcn.trace.models import ApiKey
    from khcn.trace.operations.api_keys import issue_key
    from tests.factories.trace import TracePartyFactory
    from tests.trace.rest_given import AT

    secret = issue_key(party=TracePartyFactory(), label="Kho", actor=SYSTEM, at=AT, until=date(2999, 1, 1))
    writing, answered = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():  # on SQLite it holds the database from here to its end
            writing.set()
            return answered.wait(120)

    def ask():
        assert writing.wait(120)
        status = Client().get("/epcis/", headers={"Authorization": f"Bearer {secret}"}).status_code
        noted = ApiKey.objects.get().last_used_at is not None
        answered.set()
        return status, noted

    did_not_wait, (status, noted) = at_once(write, ask)
    assert (did_not_wait, status, noted) == (True, 200, connection.vendor == "postgresql")
