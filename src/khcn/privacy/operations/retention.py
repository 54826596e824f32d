"""What is erased when its time is over, and what is due to be (docs/adr/0036).

A kind says which records, from which day their time counts, and what of them is emptied. How long is a dated rule; one that nobody
has confirmed erases nothing, because what is erased does not come back. Reports, papers and the log are no records of any kind here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.advisory_locks import take_lock
from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.erasing import erase_columns, hide_deleted_columns, hide_words_about
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.calendar.day_arithmetic import plus_months, start_of_day
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import DeadlineEvent
from khcn.kernel.fields.links import links_to
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.attached_files_check import file_refusals
from khcn.kernel.registers.record_titles import numbered_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.models import WorkflowStep
from khcn.parties.models import Person, User
from khcn.privacy.models import Consent, DataRequest, PersonIdentity
from khcn.privacy.operations.deleted_records import deletions_due
from khcn.reference.models import RuleParameter, RuleUnit
from khcn.reference.operations.confirmations import require_confirmation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor
    from khcn.kernel.audit.models import ChangeEntry

log = logging.getLogger(__name__)

NOTICE: Final = timedelta(
    days=30
)  # how long before it the page of the administrator names what will be erased
SHOWN: Final = 50
ERASED: Final = "đã xóa theo thời hạn"  # where a column may not be empty
_MONTHS: Final = {RuleUnit.YEAR: 12, RuleUnit.MONTH: 1}


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """``due`` gives the records whose time began before a day. ``columns`` are emptied; without any the record is deleted.

    ``words`` are emptied before a record is deleted: the entry of its deletion does not hold them, and earlier ones hide them.
    ``all_words``: with it goes all that people typed about the record (notes of its steps, reasons of events of its terms), and pages
    leave out the reasons and names of files in earlier entries of the log. A record that still has files waits for a person.
    """

    rule: str
    label: StrOrPromise
    what: StrOrPromise
    model: type[Audited]
    due: Callable[[date], QuerySet[Any]]
    columns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    all_words: bool = True

    @property
    def erased(self) -> tuple[str, ...]:
        """The columns of which nothing is to be shown once the time is over."""
        return self.columns or self.words


def _unnamed_persons(before: date) -> QuerySet[Any]:
    """Persons whom no record names that has been written since, and who have no seat that went on later or still goes on."""
    moment, found = start_of_day(before), Person.objects.all()
    for link in links_to(Person):
        if issubclass(link.model, Audited):
            records = link.model._base_manager.filter(**{link.attname: OuterRef("pk")})
            recent = Q(updated_at__gte=moment)
            if any(field.name == "to_on" for field in link.model._meta.concrete_fields):
                recent |= Q(to_on__isnull=True) | Q(to_on__gt=before)
            found = found.exclude(Exists(records.filter(recent)))
    return found


def _persons_with_contacts(before: date) -> QuerySet[Any]:
    return _unnamed_persons(before).filter(updated_at__lt=start_of_day(before)).exclude(phone="", email="")


def _identities(before: date) -> QuerySet[Any]:
    """The number itself is a record that names the person."""
    return PersonIdentity.objects.filter(person__in=_unnamed_persons(before))


def _closed_requests(before: date) -> QuerySet[Any]:
    return DataRequest.objects.filter(closed_on__lt=before).exclude(requester_name="")


def _withdrawn_consents(before: date) -> QuerySet[Any]:
    return Consent.objects.filter(withdrawn_on__lt=before)


def _stopped_accounts(before: date) -> QuerySet[Any]:
    return User.objects.filter(~Q(email=""), is_active=False, updated_at__lt=start_of_day(before))


KINDS: Final = (
    RetentionKind(
        "privacy.contacts_term",
        gettext_lazy("Liên hệ của cá nhân"),
        gettext_lazy("xóa trống điện thoại, thư điện tử; họ tên ở lại cùng hồ sơ"),
        Person,
        _persons_with_contacts,
        ("phone", "email"),
    ),
    RetentionKind(
        "privacy.identities_term",
        gettext_lazy("Số định danh cá nhân"),
        gettext_lazy("xóa bản ghi"),
        PersonIdentity,
        _identities,
        words=("purpose",),
    ),
    RetentionKind(
        "privacy.requests_term",
        gettext_lazy("Yêu cầu của chủ thể dữ liệu đã kết thúc"),
        gettext_lazy("xóa trống họ tên, số định danh, địa chỉ, nội dung; số hồ sơ và các ngày ở lại"),
        DataRequest,
        _closed_requests,
        (
            *("requester_name", "requester_identity", "requester_contact"),
            *("person", "content", "answer", "result"),
        ),
    ),
    RetentionKind(
        "privacy.consents_term",
        gettext_lazy("Sự đồng ý đã rút"),
        gettext_lazy("xóa bản ghi"),
        Consent,
        _withdrawn_consents,
        words=("evidence",),
    ),
    RetentionKind(
        "privacy.accounts_term",
        gettext_lazy("Tài khoản đã ngừng dùng"),
        gettext_lazy("xóa trống thư điện tử; họ tên ở lại cùng nhật ký"),
        User,
        _stopped_accounts,
        ("email",),
        all_words=False,  # why somebody got or lost a right is accounted for as long as the log
    ),
)
for _each in KINDS:
    registry.ask_for(_each.rule, _each.label)
    require_confirmation(_each.rule)
    if _each.all_words:
        hide_words_about(_each.model)
hide_words_about(WorkflowStep, DeadlineEvent)


def rule_in_force(kind: RetentionKind, *, on: date) -> RuleParameter | None:
    """How long records of the kind are stored, by the version of the day."""
    return RuleParameter.objects.in_force(kind.rule, on=on)


def is_confirmed(rule: RuleParameter) -> bool:
    """Has somebody of the department said that this is how long?"""
    return not rule.is_illustrative("value")


def erases_from(rule: RuleParameter) -> date:
    """The first day on which a rule that is confirmed erases: the page has named for the time of notice what goes by it.

    The row is written when it is confirmed, changed, or put into force again.
    """
    return max(timezone.localtime(rule.updated_at).date(), rule.valid_from) + NOTICE


def first_day_stored(rule: RuleParameter, *, on: date) -> date | None:
    """What began before this day is over; None where the rule names no length of time."""
    if rule.value < 1:
        return None
    if rule.unit == RuleUnit.DAY:
        return on - timedelta(days=rule.value)
    months = _MONTHS.get(RuleUnit(rule.unit))
    years_there_are = on.year - 1
    if months is None or rule.value * months > years_there_are * 12:
        return None
    return plus_months(on, -rule.value * months)


@dataclass(frozen=True, slots=True)
class DueRecords:
    """What of one kind is over, or will be within the time of notice."""

    kind: RetentionKind
    rule: RuleParameter | None
    confirmed: bool
    count: int
    names: tuple[str, ...]
    coming: int  # of them those whose time is not over yet
    waits_until: date | None = None  # by a confirmed rule nothing goes before this day


def due_records(*, on: date, actor: Actor) -> list[DueRecords]:
    """What is going to be erased, by kind, as far as the actor may know the records: the preview of the administrator."""
    found = []
    for kind in KINDS:
        rule = rule_in_force(kind, on=on)
        now = first_day_stored(rule, on=on) if rule is not None else None
        if rule is None or now is None:
            found.append(DueRecords(kind, rule, False, 0, (), 0))
            continue
        rows = kind.due(now + NOTICE).order_by("pk")
        deleted = deletions_due(kind.model, kind.erased, now + NOTICE)
        count = rows.count() + len(deleted)
        names = (
            *(_title(each, actor) for each in rows[:SHOWN]),
            *(_title_of_deleted(each, actor) for each in deleted),
        )
        coming = count - kind.due(now).count() - len(deletions_due(kind.model, kind.erased, now))
        waits_until = erases_from(rule) if is_confirmed(rule) and on < erases_from(rule) else None
        found.append(DueRecords(kind, rule, is_confirmed(rule), count, names[:SHOWN], coming, waits_until))
    return found


def _title(record: Any, actor: Actor) -> str:
    model = type(record)
    return register_of(model).title_for(actor, record) if has_register(model) else str(record)


def _title_of_deleted(entry: ChangeEntry, actor: Actor) -> str:
    model = apps.get_model(entry.model)
    register = register_of(model).seen_by(actor) if has_register(model) else None
    is_closed = register is not None and (register.closed or not register.may("read", actor))
    name = (
        numbered_title(register, entry.object_id)
        if register is not None and is_closed
        else entry.object_label
    )
    day = format_date(timezone.localtime(entry.at).date())
    return _("%(name)s (bản ghi đã bị xóa ngày %(day)s)") % {"name": name, "day": day}


def erase_due(*, on: date) -> int:
    """Erase what is over by the confirmed rules of the day, each record in a transaction of its own. Gives how many there were."""
    number = 0
    for kind in KINDS:
        rule = rule_in_force(kind, on=on)
        before = first_day_stored(rule, on=on) if rule is not None and is_confirmed(rule) else None
        if rule is None or before is None or on < erases_from(rule):
            continue
        erased = sum(_erase(kind, rule, pk, before) for pk in kind.due(before).values_list("pk", flat=True))
        deleted = deletions_due(kind.model, kind.erased, before)
        erased += sum(_erase_deleted(kind, rule, each, before) for each in deleted)
        if erased:
            log.info("%s: %d records erased", kind.rule, erased)
        number += erased
    return number


def _reason(kind: RetentionKind, rule: RuleParameter) -> str:
    return _("Hết thời hạn lưu giữ: %(rule)s (%(value)d %(unit)s)") % {
        "rule": kind.label,
        "value": rule.value,
        "unit": rule.get_unit_display(),
    }


def _erase(kind: RetentionKind, rule: RuleParameter, pk: int, before: date) -> bool:
    """One record, if it is still due once it is locked; what something prevents is left, and named in the log of the service."""
    try:
        with transaction.atomic(), acting(SYSTEM, _reason(kind, rule)):
            locked(kind.model, pk)
            if not kind.due(before).filter(pk=pk).exists():
                return False
            if kind.all_words:
                _erase_words_about(kind.model, pk)
            if kind.columns:
                return erase_columns(kind.model, pk, kind.columns)
            erase_columns(kind.model, pk, kind.words)
            locked(kind.model, pk).delete()
    except (Refused, kind.model.DoesNotExist) as prevented:
        log.warning("%s: record %d is not erased: %s", kind.rule, pk, prevented)
        return False
    return True


def _erase_deleted(kind: RetentionKind, rule: RuleParameter, entry: ChangeEntry, before: date) -> bool:
    """What the log shows of one deleted record, unless it was erased meanwhile or the deletion was taken back."""
    try:
        with transaction.atomic(), acting(SYSTEM, _reason(kind, rule)):
            take_lock(f"undo {entry.pk}")  # as the undoing of a deletion does
            if not deletions_due(kind.model, kind.erased, before, pk=entry.pk):
                return False
            if kind.all_words:
                _erase_words_about(kind.model, int(entry.object_id))
            hide_deleted_columns(entry, kind.erased)
    except Refused as prevented:
        log.warning("%s: deleted record %s is not erased: %s", kind.rule, entry.object_id, prevented)
        return False
    return True


def _erase_words_about(model: type[Any], pk: int) -> None:
    """What people typed about a record beside it. Raises :class:`Refused` where it still has files: they may be all there is to show."""
    if model is not Person and (refused := file_refusals(model, [pk]).get(pk)):
        raise refused
    workflow = getattr(register_of(model), "workflow", None)
    if workflow is not None:
        steps = WorkflowStep.objects.filter(workflow=workflow.name, object_id=pk)
        for step in steps.exclude(note="").values_list("pk", flat=True):
            erase_columns(WorkflowStep, step, ("note",))
    events = DeadlineEvent.objects.filter(subject_model=model._meta.label_lower, subject_id=pk)
    for event in events:
        erase_columns(
            DeadlineEvent, event.pk, ("reason", *(["paper"] if event.paper else [])), instead=ERASED
        )
