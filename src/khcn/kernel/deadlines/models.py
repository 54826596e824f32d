"""Deadlines as rows: what is due, when, and why; what people did to a term; and which reminders went out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.calendar.terms import EventKind, TermExactness

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django_stubs_ext import StrOrPromise

NEAR: Final = timedelta(days=30)
"""From how many days before its end a term is shown as near. A matter of looks, not of law."""

_RUNNING = Q(met_on__isnull=True, stopped_since__isnull=True, due_on__isnull=False)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Deadlines, seen from a day. Every one of these conditions is answered by an index."""

    def running(self) -> DeadlineQuerySet:
        """Not met, not stopped, with a day on which they end."""
        return self.filter(_RUNNING)

    def late(self, *, on: date) -> DeadlineQuerySet:
        """Past their last day on ``on`` and not met. A month, quarter or year is past when its last day is. What another term of the record
        shows is late with that one, and is not listed twice.
        """
        return self.running().filter(due_on__lt=on, shown_until__isnull=True)

    def due_by(self, last: date, *, on: date) -> DeadlineQuerySet:
        """Ending on one of the days from ``on`` to ``last``, both included, and not met."""
        return self.running().filter(due_on__gte=on, due_on__lte=last)

    def met_late(self) -> DeadlineQuerySet:
        """Met after their last day."""
        return self.filter(met_on__isnull=False, met_on__gt=F("due_on"), shown_until__isnull=True)

    def of_subject(self, model: str, keys: Collection[int]) -> DeadlineQuerySet:
        """All deadlines of some records of one model."""
        return self.filter(subject_model=model, subject_id__in=keys)


class Deadline(models.Model):
    """One term of one record. Follows from the records, the rules and the calendar; nobody writes it by hand."""

    subject_model = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(_("bản ghi"), max_length=300)
    kind = models.CharField(_("thời hạn"), max_length=60)
    owner_code = models.CharField(_("phòng, đơn vị"), max_length=20, blank=True)
    starts_on = models.DateField(_("tính từ ngày"))
    due_on = models.DateField(_("hạn"), null=True)  # of a month, quarter or year its last day
    precision = models.CharField(max_length=8, default=TermExactness.DAY.value)
    # Last day of the term by which is seen whether this one was kept (``DeadlineKind.shown_by``). NULL: by itself.
    shown_until = models.DateField(null=True)
    stopped_since = models.DateField(_("tạm dừng từ ngày"), null=True)
    met_on = models.DateField(_("xong ngày"), null=True)
    # When it was written down that the term was met in time, where that was after its last day. Not computed: it is what
    # happened to the row.
    met_in_time_entered_on = models.DateField(_("ngày ghi là đúng hạn"), null=True)
    rule_code = models.CharField(max_length=60, blank=True)
    rule_id = models.BigIntegerField(null=True)
    is_provisional = models.BooleanField(_("dự kiến"), default=False)
    explanation = models.JSONField(default=list)
    is_stale = models.BooleanField(default=False)  # rule or calendar changed, and it is not recomputed yet

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("thời hạn")
        verbose_name_plural = _("thời hạn")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_model", "subject_id", "kind"], name="deadline_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner_code", "due_on", "id"], name="deadline_of_owner", condition=_RUNNING),
            models.Index(fields=["due_on", "id"], name="deadline_running", condition=_RUNNING),
            models.Index(fields=["kind", "due_on", "id"], name="deadline_of_kind", condition=_RUNNING),
            models.Index(
                fields=["met_on", "id"], name="deadline_met_late", condition=Q(met_on__gt=F("due_on"))
            ),
            models.Index(fields=["rule_id"], name="deadline_rule"),
            models.Index(
                fields=["subject_model", "subject_id"], name="deadline_stale", condition=Q(is_stale=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject_label}"

    @property
    def last_day(self) -> date | None:
        """The last day on which nothing is late; its own day (``due_on``) is before it where another term shows what was done."""
        return self.shown_until or self.due_on


class LateEntryQuerySet(AuditedQuerySet["LateEntry"]):
    """The marks of terms."""

    def of_term(self, term: Deadline) -> LateEntryQuerySet:
        """The mark of one term, if it has one."""
        return self.filter(subject_model=term.subject_model, subject_id=term.subject_id, kind=term.kind)


class LateEntry(Audited):
    """That it was written down after the last day of a term that the term was met in time. The row of the term says it
    too, but its writes are not logged: by this record a verification of the log finds a mark that SQL changed.
    """

    subject_model = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("thời hạn"), max_length=60)
    entered_on = models.DateField(_("ngày ghi là đúng hạn"))

    objects = LateEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("dấu ghi sau hạn")
        verbose_name_plural = _("dấu ghi sau hạn")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_model", "subject_id", "kind"], name="late_entry_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject_model} #{self.subject_id}"


class RecomputeCause(NamedTuple):
    """Which write moved a date; empty for the nightly comparison."""

    model: str = ""
    key: str = ""


class DeadlineChange(models.Model):
    """The trace of a recomputation that moved a date: from, to, and which write was the cause."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="changes")
    at = models.DateTimeField(auto_now_add=True)
    old_due_on = models.DateField(null=True)
    new_due_on = models.DateField(null=True)
    cause_model = models.CharField(max_length=80)  # what was written; empty: found by the nightly comparison
    cause_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=150)
    # What the act gave as its reason; empty where it gave none, and for changes from before it was kept.
    reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}"

    @property
    def cause(self) -> StrOrPromise:
        """What was written, in the officials' words."""
        return (
            apps.get_model(self.cause_model)._meta.verbose_name
            if self.cause_model
            else _("Đối chiếu hằng đêm")
        )


class EndedTerm(models.Model):
    """A term that was not met when its last day had passed, and that something written later ended: the contract was terminated.

    Kept so that it comes back as it was: who takes that write back may have moved its day meanwhile.
    """

    subject_model = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    starts_on = models.DateField()
    due_on = models.DateField()
    shown_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_model", "subject_id", "kind"], name="ended_term_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject_model} #{self.subject_id}"


class DeadlineEventQuerySet(AuditedQuerySet["DeadlineEvent"]):
    """What was done to terms."""

    def of_subject(self, model: str, key: int) -> DeadlineEventQuerySet:
        """All that was done to the terms of one record."""
        return self.filter(subject_model=model, subject_id=key)

    def of_term(self, term: Deadline) -> DeadlineEventQuerySet:
        """What was done to one term."""
        return self.of_subject(term.subject_model, term.subject_id).filter(kind=term.kind)


class DeadlineEvent(Audited):
    """What people did to a term: stopped it, resumed it, extended it; with the day and the reason."""

    subject_model = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("thời hạn"), max_length=60)
    event = models.CharField(
        _("sự kiện"),
        max_length=6,
        choices=[
            (EventKind.STOP.value, _("Tạm dừng tính thời hạn")),
            (EventKind.RESUME.value, _("Tính tiếp thời hạn")),
            (EventKind.EXTEND.value, _("Gia hạn")),
        ],
    )
    on = models.DateField(_("ngày"))
    until = models.DateField(_("hạn mới"), null=True, blank=True)
    reason = models.CharField(_("lý do"), max_length=500)
    paper = models.CharField(_("văn bản"), max_length=200, blank=True)
    paper_on = models.DateField(_("ngày văn bản"), null=True, blank=True)  # NULL: of before it was asked for
    early_paper_reason = models.CharField(
        _("lý do văn bản có trước thời hạn"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Chỉ ghi khi văn bản có trước ngày thời hạn bắt đầu tính."),
    )

    objects = DeadlineEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("sự kiện của thời hạn")
        verbose_name_plural = _("sự kiện của thời hạn")
        indexes: ClassVar = [models.Index(fields=["subject_model", "subject_id"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_model", "subject_id", "kind", "event", "on"], name="deadline_event_key"
            ),
            models.CheckConstraint(
                condition=Q(event=EventKind.EXTEND.value, until__isnull=False)
                | (~Q(event=EventKind.EXTEND.value) & Q(until__isnull=True)),
                name="deadline_event_until",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deadline_event_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} ({self.on:%d/%m/%Y})"

    def in_words(self) -> str:
        """What was done, from when or until when, and why."""
        until = f" → {self.until:%d/%m/%Y}" if self.until else ""
        return f"{self.get_event_display()} {self.on:%d/%m/%Y}{until} ({self.reason})"

    def paper_in_words(self) -> str:
        """The document with its day, and why it is older than the term; "" without one."""
        if not self.paper:
            return ""
        named = (
            _("%(paper)s ngày %(day)s") % {"paper": self.paper, "day": f"{self.paper_on:%d/%m/%Y}"}
            if self.paper_on
            else self.paper
        )
        return "; ".join(filter(None, (named, self.early_paper_reason)))


class DriftCheck(models.Model):
    """One nightly comparison of all rows with what they should be, and what differed."""

    at = models.DateTimeField(auto_now_add=True)
    compared = models.IntegerField()
    differences = models.JSONField(default=list)  # [[key of the row, old, new], …], the first hundred
    different = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y}: {self.different}/{self.compared}"


class Reminder(models.Model):
    """One reminder that went out: the same is never sent to the same person again."""

    key = models.CharField(
        max_length=120
    )  # what was reminded of, with its last day: a new day is a new reminder
    stage = models.CharField(max_length=10)
    recipient_id = models.BigIntegerField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient_id", "key", "stage"], name="reminder_key")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.stage}"


class PersonalSettings(Audited):
    """How a person wants to hear of work: the morning's e-mail, and the secret of the calendar feed (its hash alone)."""

    user_id = models.BigIntegerField(unique=True)
    digest = models.BooleanField(default=True)
    feed_hash = models.CharField(max_length=64, blank=True, db_index=True)

    masked: ClassVar[tuple[str, ...]] = ("feed_hash",)

    class Meta:
        verbose_name = _("thiết lập cá nhân")
        verbose_name_plural = _("thiết lập cá nhân")

    def __str__(self) -> str:
        return str(self.user_id)
