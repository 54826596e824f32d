"""Verbs of what is handed in for a call: handed in with a receipt, checked, supplemented, made a proposal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.calendar.day_arithmetic import last_day_before
from khcn.kernel.numbering.models import DEPARTMENT
from khcn.kernel.numbering.operations import allocate, give_number_to
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.code_proposals import newest_codes, next_series
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter, save_row
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.times import format_time
from khcn.kernel.workflow.engine import fire
from khcn.parties.models import User
from khcn.reference.models import RuleParameter
from khcn.reference.queries import shipped_rules
from khcn.science.enums import CallKind
from khcn.science.models import ProposalCall, Submission, TaskProposal
from khcn.science.workflow import RECEIVED, SUBMISSION_FLOW, VALID, moment_of_receipt, why_not_received

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, time

    from khcn.kernel.actors import Actor
    from khcn.kernel.numbering.models import IssuedNumber
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.parties.models import Organisation, Person

BOOK: Final = "HSTB"
_PATTERN: Final = "HS-{year}-{number}"
ASKED: Final = (
    *("necessity", "objectives", "main_content", "products", "users"),
    *("months", "budget_total", "budget_state", "field_group"),
)
"""Fields of which a dated rule says whether something is handed in without them."""


def rule_of_field(kind: str, name: str) -> str:
    """Code of the rule of a kind of call and a field: its value is 1 where the field is needed, and 0 where not."""
    return f"science.call_{kind}_{name}"


def needed_fields(kind: str, *, on: date) -> list[str]:
    """The fields without which nothing is handed in for a call of this kind on a day."""
    shipped = {rule["code"]: rule["value"] for rule in shipped_rules()}
    found = []
    for name in ASKED:
        code = rule_of_field(kind, name)
        rule = RuleParameter.objects.in_force(code, on=on)
        if (shipped.get(code, 0) if rule is None else rule.value) > 0:
            found.append(name)
    return found


def refuse_incomplete(submission: Submission, on: date) -> None:
    """Raise ``Refused`` that names every field which is needed and empty."""
    call = submission.call
    missing = [name for name in needed_fields(call.kind, on=on) if getattr(submission, name) in (None, "")]
    if missing:
        fields: list[Any] = [Submission._meta.get_field(name) for name in missing]
        names = ", ".join(str(each.verbose_name) for each in fields)
        text = _("Hồ sơ còn thiếu: %(names)s. Bấm “Sửa”, điền đủ rồi nộp.") % {"names": names}
        raise Refused(text, code="incomplete")


class SubmissionWriter(RowWriter):
    """A draft is for a call that takes something in."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """New drafts, and drafts that go to another call."""
        for write in writes:
            is_touched = write.is_new or {"call", "call_id"} & write.changed
            if not is_touched or write.record.taken_over:
                continue
            if why := why_not_received(write.record.call, moment_of_receipt(context.on)):
                yield write, Refused.about(why, "call")


def settled_submissions(keys: Collection[int]) -> set[int]:
    """Those of the submissions with these keys that were found valid or not."""
    found = Submission.objects.filter(pk__in=list(keys), state__in=("valid", "invalid"))
    return set(found.values_list("pk", flat=True))


def sealed_content(keys: Collection[int]) -> set[int]:
    """Those that their organisation handed in for a sealed call: a bid is not rewritten once others may know theirs. What came on
    paper the division types.
    """
    found = Submission.objects.filter(pk__in=list(keys), state__in=RECEIVED, call__is_sealed=True)
    return set(found.filter(entered_from_paper=False).values_list("pk", flat=True))


def handed_in(keys: Collection[int]) -> set[int]:
    """Those that were handed in, or will be again: they stay with their call and their organisation."""
    found = Submission.objects.filter(pk__in=list(keys)).exclude(receipt="")
    return set(found.values_list("pk", flat=True))


def _receipt(actor: Actor, on: date) -> IssuedNumber:
    """The next number of the year. The book is the department's: the program writes in it for the organisation that hands in."""
    return allocate(book=BOOK, unit_code=DEPARTMENT, on=on, pattern=_PATTERN, actor=SYSTEM)


def hand_in(*, submission: Submission, actor: Actor, on: date) -> Submission:
    """What follows from handing in: the number of the receipt, the moment by the clock of the server, whether it is late.

    Raises ``Refused`` where the call does not take it (the step asks this before), or something that a rule needs is missing.
    """
    at = moment_of_receipt(on)
    refuse_incomplete(submission, on)
    with transaction.atomic():
        number = _receipt(actor, on)
        give_number_to(issued=number, record=submission, actor=SYSTEM)
        write_step(
            submission,
            actor=actor,
            receipt=number.text,
            submitted_at=at,
            submitted_on=last_day_before(at),
            is_late=submission.call.is_over(at),
            check_note="",
            supplement_by=None,
        )
    return submission


def receipt_in_words(submission: Submission) -> str:
    """What the organisation writes down: the number, and the moment that counts."""
    at = timezone.localtime(submission.submitted_at)
    words = _("biên nhận %(number)s, %(time)s ngày %(day)s") % {
        "number": submission.receipt,
        "time": format_time(at.time()),
        "day": format_date(at.date()),
    }
    return f"{words} ({_('nộp muộn')})" if submission.is_late else words


def notice_of_handing_in(submission: Submission, *, actor: Actor, on: date) -> str:
    """That it would be marked as late, for ever; and who reads it before a sealed call is opened. "" where there is neither."""
    return " ".join(filter(None, (_lateness(submission, on), _readers_while_sealed(submission))))


def _readers_while_sealed(submission: Submission) -> str:
    """The accounts of the organisation: one that it does not know was made by somebody who should not read it."""
    if not submission.call.is_sealed or submission.organisation_id is None:
        return ""
    accounts = User.objects.filter(organisation=submission.organisation_id, is_active=True).order_by(
        "username"
    )
    return _(
        "Đến khi mở hồ sơ, chỉ các tài khoản này của đơn vị xem được: %(names)s. Có tài khoản lạ thì chưa nộp và báo ngay lãnh đạo Sở."
    ) % {"names": "; ".join(f"{each.username} ({each})" for each in accounts)}


def _lateness(submission: Submission, on: date) -> str:
    call = submission.call
    if not call.is_over(moment_of_receipt(on)):
        return ""
    return _("Đã quá hạn %(when)s. Hồ sơ vẫn nhận, nhưng ghi là nộp muộn; dấu này không bỏ được.") % {
        "when": call.closes_in_words
    }


def take_back(*, submission: Submission, actor: Actor, on: date) -> Submission:
    """It is a draft again, which nobody else reads; the receipt stays in its book. Whether it may be is asked by the step."""
    return submission


def hand_in_supplement(*, submission: Submission, actor: Actor, on: date) -> Submission:
    """The organisation has answered; receipt and moment stay those of the first time. Raises ``Refused`` where something is missing."""
    refuse_incomplete(submission, on)
    write_step(submission, actor=actor, supplement_by=None)
    return submission


def accept(*, submission: Submission, actor: Actor, on: date) -> Submission:
    """It is as the call asks. Raises ``Refused`` where something is missing: the content of a paper was not typed yet."""
    refuse_incomplete(submission, on)
    write_step(submission, actor=actor, check_note="", supplement_by=None)
    return submission


def ask_supplement(
    *, submission: Submission, supplement_by: date, reason: str, actor: Actor, on: date
) -> Submission:
    """Say what is missing, and until when. Raises ``Refused`` for a day that has passed."""
    if supplement_by < on:
        raise Refused.about(_("Ngày này đã qua. Hãy ghi ngày còn đủ để bổ sung."), "supplement_by")
    write_step(submission, actor=actor, reason=reason, check_note=reason.strip(), supplement_by=supplement_by)
    return submission


def reject(*, submission: Submission, reason: str, actor: Actor, on: date) -> Submission:
    """It is not as the call asks; the organisation reads why."""
    write_step(submission, actor=actor, reason=reason, check_note=reason.strip(), supplement_by=None)
    return submission


def check_again(*, submission: Submission, reason: str, actor: Actor, on: date) -> Submission:
    """A result that was a slip is taken back."""
    write_step(submission, actor=actor, reason=reason, check_note="", corrected=True)
    return submission


def receive_on_paper(
    *,
    call: ProposalCall,
    received_on: date,
    received_time: time,
    handed_in_by: str,
    actor: Actor,
    on: date,
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Submission:
    """Enter what came on paper: who handed it in and when. Its content is typed by those who may read it, once it is open.

    Raises ``Refused`` where it came before or after the call takes it, and for a moment that has not come.
    """
    at = datetime.combine(received_on, received_time, timezone.get_current_timezone())
    if at > moment_of_receipt(on):
        raise Refused.about(_("Ngày, giờ nhận hồ sơ chưa đến. Hãy xem lại."), "received_on", "received_time")
    if why := why_not_received(call, at):
        raise Refused(why, code="not_received")
    with transaction.atomic(), acting(actor):
        number = _receipt(actor, on)
        submission = Submission(
            call=call,
            organisation=organisation,
            person=person,
            title=_("Hồ sơ giấy %(number)s") % {"number": number.text},
            receipt=number.text,
            submitted_at=at,
            submitted_on=received_on,
            is_late=call.is_over(at),
            entered_from_paper=True,
            handed_in_by=handed_in_by.strip(),
        )
        submission.full_clean()
        submission.save()
        give_number_to(issued=number, record=submission, actor=SYSTEM)
        fire(SUBMISSION_FLOW, submission, "enter", actor=actor, on=on)
    return submission


def why_no_proposals(call: ProposalCall, *, actor: Actor, on: date) -> str:
    """Why nothing of a call becomes a proposal; "" where something does."""
    if call.kind != CallKind.PROPOSALS:
        return _("Chỉ hồ sơ của thông báo nhận đề xuất đặt hàng trở thành đề xuất.")
    if not _to_propose(call).exists():
        return _("Không có hồ sơ hợp lệ nào chưa thành đề xuất.")
    return ""


def _to_propose(call: ProposalCall) -> Any:
    rows = Submission.objects.filter(call=call, state=VALID, proposal=None)
    return rows.select_related("call", "organisation", "person").order_by("submitted_at", "pk")


def make_proposals(*, call: ProposalCall, actor: Actor, on: date) -> ProposalCall:
    """One proposal of each valid submission that has none, received on the day on which it was handed in.

    Raises ``Refused`` where there is none, or one says no field and neither does its call.
    """
    if why := why_no_proposals(call, actor=actor, on=on):
        raise Refused(why, code="guard")
    register = register_of(TaskProposal)
    series = next_series(newest_codes(register, actor), year=on.year)
    codes = series.codes() if series else None
    with transaction.atomic():
        for submission in _to_propose(call):
            group = submission.field_group or call.field_group
            if group is None:
                text = _("Hồ sơ %(receipt)s chưa ghi lĩnh vực. Hãy yêu cầu bổ sung lĩnh vực.")
                raise Refused(text % {"receipt": submission.receipt}, code="no_field")
            proposal = TaskProposal(
                code=next(codes) if codes else submission.receipt,
                title=submission.title,
                proposer=submission.organisation,
                proposing_person=submission.person,
                for_year=call.for_year,
                field_group=group,
                received_on=submission.submitted_on,
                submission=submission,
            )
            proposal.full_clean()
            save_row(register, proposal, actor=actor, on=on)
    return call
