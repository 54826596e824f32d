"""What no workbook holds of calls: one that takes submissions, one whose sealed bids wait to be opened, and one that has ended.

The file is ``demo/calls/calls.toml``. Each call is made once; again it changes nothing.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from khcn.config.demo.dealings import write_marked
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation
from khcn.reference.models import CodeList, CodeListItem
from khcn.science.models import ProposalCall, ScienceTask, Submission
from khcn.science.operations.calls import why_not_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REASON: Final = "Dữ liệu dùng thử"
_MORNING, _EVENING = time(9, 20), time(17, 0)
_CONTACT: Final = "Phòng Quản lý khoa học, Sở Khoa học và Công nghệ (dữ liệu minh họa)"
_TEXTS: Final = ("title", "necessity", "objectives", "main_content", "products", "users")
_NUMBERS: Final = ("months", "budget_total", "budget_state")


def publish_calls(*, folder: Path, on: date) -> None:
    """Publish the calls of a folder and hand in for them what it says, each step at its moment.

    Days that are numbers are counted from ``on``, the day on which the demonstration is set up.
    """
    given = tomllib.loads((folder / "calls.toml").read_text("utf-8"))
    with transaction.atomic():
        for each in given["call"]:
            if not ProposalCall.objects.filter(code=each["code"]).exists():
                _Call(each, on).make()


class _Call:
    """One call of the file, and what happens to it."""

    def __init__(self, given: Mapping[str, Any], on: date) -> None:
        self._given = given
        self._on = on

    def make(self) -> None:
        """Every step in its order; what comes after the day of the demonstration has not happened."""
        given = self._given
        opens_on = self._day(given["opens_on"])
        call = self._call(opens_on)
        self._write(call, opens_on)
        self._step(call, "publish", opens_on)
        rows = [(each, self._submit(call, each)) for each in given["submission"]]
        if "opened_on" not in given:
            return
        self._step(call, "open", given["opened_on"], present=given["present"].strip())
        for each, submission in rows:
            if "invalid" in each:
                self._step(submission, "reject", given["checked_on"], reason=each["invalid"])
            else:
                self._step(submission, "accept", given["checked_on"])
        self._step(call, "make-proposals", given["checked_on"])
        for each, submission in rows:
            if "rejected" in each:
                submission.refresh_from_db()
                self._mark(submission.proposal, given["checked_on"])
                self._step(submission.proposal, "reject", given["closed_on"], reason=each["rejected"])
        self._step(call, "close", given["closed_on"])

    def _call(self, opens_on: date) -> ProposalCall:
        given = self._given
        year = given.get("for_year") or self._on.year + given["years_ahead"]
        call = ProposalCall(
            code=given["code"],
            kind=given["kind"],
            for_year=year,
            content=given["content"].strip(),
            contact=_CONTACT,
            opens_on=opens_on,
            closes_on=self._day(given["closes_on"]),
            closes_time=_EVENING,
        )
        if "field_group" in given:
            call.field_group = CodeListItem.objects.valid(on=opens_on).get(
                code_list=CodeList.FIELD_GROUP, label=given["field_group"]
            )
        if "tasks" in given:
            call.task = self._task(call, given["tasks"], opens_on)
        call.title = given["title"].format(year=year, task=call.task.title if call.task else "")
        return call

    def _task(self, call: ProposalCall, codes: list[str], on: date) -> ScienceTask:
        """The first for which a host is sought on a day: the tasks of later years are not always there."""
        for code in codes:
            call.task = ScienceTask.objects.filter(code=code).first()
            if call.task is not None and not why_not_task(call, on=on):
                return call.task
        raise LookupError(codes)

    def _submit(self, call: ProposalCall, given: Mapping[str, Any]) -> Submission:
        organisation = Organisation.objects.get(name=given["organisation"])
        if "brought_by" in given:
            on = self._day(given["handed_in"])
            paper = {"received_on": on, "received_time": _MORNING, "handed_in_by": given["brought_by"]}
            self._step(call, "receive-on-paper", on, organisation=organisation, person=None, **paper)
            submission = call.submissions.get(organisation=organisation)
            self._mark(submission, on)
            return submission
        filled = {name: given[name] for name in (*_TEXTS, *_NUMBERS) if name in given}
        submission = Submission(call=call, organisation=organisation, **filled)
        self._write(submission, self._day(given["written"]))
        if "handed_in" in given:
            self._step(submission, "submit", self._day(given["handed_in"]))
        return submission

    def _day(self, given: date | int) -> date:
        return self._on + timedelta(days=given) if isinstance(given, int) else given

    def _write(self, record: Any, on: date) -> None:
        with acting(SYSTEM, _REASON, on=on, at=_moment(on)):
            write_marked([record], on)

    def _mark(self, record: Any, on: date) -> None:
        """What a step has made is invented too."""
        with acting(SYSTEM, _REASON, on=on, at=_moment(on)):
            record.illustrative = ["*"]
            record.save()

    def _step(self, record: Any, name: str, on: date, **values: Any) -> None:
        """Press a button at a moment of a day."""
        register = register_of(type(record))
        action = action_to_run(register, name)
        if action is None:
            raise LookupError(name)
        with acting(SYSTEM, _REASON, on=on, at=_moment(on)):
            run(action, register, record.pk, values, actor=SYSTEM, on=on)
        record.refresh_from_db()


def _moment(on: date) -> datetime:
    return datetime.combine(on, _MORNING, timezone.get_current_timezone())
