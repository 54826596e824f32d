"""A paper is issued while somebody changes what it prints: the change waits, and is refused."""

import threading
import time
from unittest import mock

from tests.security.concurrent_helpers import at_once, chain_is_whole


def nobody_changes_what_minutes_print_while_they_are_issued():
    """The council and its seats are not rows of the meeting, which the issue locks first."""
    from khcn.kernel.papers import operations
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.registry import register_of
    from khcn.kernel.registers.writing import save_row
    from khcn.science.documents import MINUTES
    from tests.factories.councils import CouncilMemberFactory, SeatedMeetingFactory
    from tests.kernel.papers_given import DAY, OFFICER, draft, issue

    allocate = operations.allocate

    def changed(record, name, value):
        checked.wait(120)
        row = type(record).objects.get(pk=record.pk)
        setattr(row, name, value)
        try:
            save_row(register_of(type(row)), row, actor=OFFICER, on=DAY)
        except Refused as refused:
            return refused.code
        return "changed"

    for number in range(2):
        checked = threading.Event()

        def slowly(*, checked=checked, **words):
            checked.set()
            time.sleep(0.5)
            return allocate(**words)

        meeting = SeatedMeetingFactory(conclusion="Thông qua")
        seat = CouncilMemberFactory(council=meeting.council)
        change = ((meeting.council, "name", "Tên khác"), (seat, "role", "reviewer"))[number]
        paper = draft(meeting, kind=MINUTES)
        with mock.patch.object(operations, "allocate", slowly):
            issued, answer = at_once(lambda paper=paper: issue(paper), lambda change=change: changed(*change))
        assert issued.state in {"issuing", "issued"}, issued
        assert answer == "printed", answer
    chain_is_whole()
