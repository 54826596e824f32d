"""Abstract models for dated facts. A period is half-open: ``valid_to`` is the first day that is no longer in it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

_Model = TypeVar("_Model", bound=models.Model)


class Version(Protocol):
    """Something with the days on which it is in force."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


_Version = TypeVar("_Version", bound=Version)


def _is_in_force(version: Version, *, on: date) -> bool:
    """Is the version in force on the day ``on``?"""
    return version.valid_from <= on and (version.valid_to is None or on < version.valid_to)


def version_in_force(versions: Iterable[_Version], *, on: date) -> _Version | None:
    """Of the versions of one rule the one that counts on the day ``on``: the youngest, where rows on record overlap."""
    found = (each for each in versions if _is_in_force(each, on=on))
    return max(found, key=lambda each: each.valid_from, default=None)


class DatedQuerySet(models.QuerySet[_Model]):
    """Reads by the day they are asked for; there is no "today" here."""

    def valid(self, *, on: date) -> Self:
        """Rows that hold on the day ``on``."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


class Dated(models.Model):
    """Something that came into being on a day and may have ended on another."""

    valid_from = models.DateField(_("Có hiệu lực từ ngày"))
    valid_to = models.DateField(
        _("Hết hiệu lực từ ngày"),
        null=True,
        blank=True,
        help_text=_("Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn."),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_code="ends_before_start",
                violation_error_message=_(
                    "Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ."
                ),
            ),
        ]

    def is_valid(self, *, on: date) -> bool:
        """Whether it holds on the day ``on``."""
        return _is_in_force(self, on=on)


class SuccessionKind(models.TextChoices):
    """In which way an organisation, unit or place was followed by another."""

    RENAME = "rename", _("đổi tên")
    MERGE = "merge", _("sáp nhập, hợp nhất")
    SPLIT = "split", _("chia, tách")
    TRANSFER = "transfer", _("chuyển giao chức năng, nhiệm vụ")
    ABOLISH = "abolish", _("giải thể, bãi bỏ")


class Succession(models.Model):
    """One arrow from what was to what took its place, on the day it did.

    A subclass adds ``predecessor`` and ``successor`` (foreign keys to its dated model, the second nullable) and
    ``legal_document``; a merger of three into one is three rows. Abolition is the only kind without a successor.
    """

    kind = models.CharField(_("Hình thức"), max_length=10, choices=SuccessionKind.choices)
    effective_on = models.DateField(_("Từ ngày"))

    predecessor_id: int
    successor_id: int | None

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SuccessionKind.ABOLISH, successor__isnull=True)
                | (~Q(kind=SuccessionKind.ABOLISH) & Q(successor__isnull=False)),
                name="%(app_label)s_%(class)s_successor_unless_abolished",
                violation_error_code="successor_unless_abolished",
                violation_error_message=_(
                    "Giải thể, bãi bỏ thì để trống đơn vị kế tiếp; các hình thức khác phải chọn đơn vị kế tiếp."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="%(app_label)s_%(class)s_not_itself",
                violation_error_code="not_itself",
                violation_error_message=_("Đơn vị trước và đơn vị kế tiếp là một. Chọn lại đơn vị kế tiếp."),
            ),
        ]

    def clean(self) -> None:
        """The new begins on the day of the change, or stood already.

        Raises:
            ValidationError: the successor begins later than ``effective_on``.
        """
        super().clean()
        successor: Dated | None = getattr(self, "successor", None)
        begins: date | None = getattr(self, "effective_on", None)  # a form may not have it yet
        if successor is not None and begins is not None and successor.valid_from > begins:
            raise ValidationError(
                {"effective_on": _("Đơn vị kế tiếp có hiệu lực sau ngày này. Xem lại một trong hai ngày.")},
                code="successor_begins_later",
            )


def _with_successors(start: Any, links: models.QuerySet[Any]) -> set[Any]:
    """The key ``start`` and those of all that came after it: one query for each step of history."""
    seen = {start}
    front = set(seen)
    while front:
        found = links.filter(predecessor__in=front, successor__isnull=False)
        front = set(found.values_list("successor", flat=True)) - seen
        seen |= front
    return seen


def current_successors(
    obj: Dated, *, among: DatedQuerySet[_Model], links: models.QuerySet[Any], on: date
) -> DatedQuerySet[_Model]:
    """What holds the place of ``obj`` on the day ``on``: ``obj`` itself while it holds, else its successors.

    Several after a split, none after abolition. After a transfer the old unit is among them for as long as it
    exists. ``among`` is the model's queryset, ``links`` that of its Succession.
    """
    reached = _with_successors(obj.pk, links.filter(effective_on__lte=on))
    return among.filter(pk__in=reached).valid(on=on)
