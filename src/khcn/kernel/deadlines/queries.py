"""Records by their deadlines, as a list shows and filters them on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.kernel.deadlines.models import NEAR, Deadline, DeadlineQuerySet

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

_Rows = TypeVar("_Rows", bound="QuerySet[Any]")

TERM_STATES: Final[tuple[tuple[str, StrOrPromise], ...]] = (
    ("late", _("quá hạn")),
    ("soon", _("sắp đến hạn")),
    ("running", _("còn hạn")),
)


def open_on(on: date) -> DeadlineQuerySet:
    """Deadlines that somebody has to see to and that were not met by a day, nor stopped by then.

    A date is the one that is on record now: what was decided after ``on`` has moved it already.
    """
    return Deadline.objects.filter(
        Q(met_on__isnull=True) | Q(met_on__gt=on),
        Q(stopped_since__isnull=True) | Q(stopped_since__gt=on),
        due_on__isnull=False,
    ).exclude(owner_code="")


def with_term(rows: _Rows, *, on: date) -> _Rows:
    """Adds ``next_due_on``, the earliest last day that is open on ``on``, and ``term``: late, soon or running."""
    of_record = open_on(on).filter(subject_model=rows.model._meta.label_lower, subject_id=OuterRef("pk"))
    annotated: _Rows = rows.annotate(
        next_due_on=Subquery(of_record.order_by("due_on").values("due_on")[:1]),
        term=Case(
            When(next_due_on__lt=on, then=Value("late")),
            When(next_due_on__lte=on + NEAR, then=Value("soon")),
            When(next_due_on__isnull=False, then=Value("running")),
            default=Value(""),
            output_field=CharField(),
        ),
    )
    return annotated
