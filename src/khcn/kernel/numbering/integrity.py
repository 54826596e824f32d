"""What must be so of number books, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.integrity_rules.named_records import without_named_record
from khcn.kernel.numbering.gaps import counted_with_gaps
from khcn.kernel.numbering.models import IssuedNumber, NumberBook

if TYPE_CHECKING:
    from django.db.models import QuerySet

LOOK_AT_BOOK: Final = _(
    "Mở sổ ở trang Giấy tờ, sổ cấp số, chạy kiểm tra nhật ký để biết số nào, và báo lãnh đạo Sở."
)


@integrity_rule(
    "numbering.gap",
    _("Sổ cấp số thiếu số hoặc không bắt đầu từ 1"),
    explanation=_("Số trong năm liên tục từ 01; thiếu số là một dòng đã bị xóa ngoài chương trình."),
    remedy=LOOK_AT_BOOK,
    page="papers",
)
def gap(_now: Moment) -> QuerySet[NumberBook]:
    books: QuerySet[Any] = counted_with_gaps(NumberBook.objects.all())
    return books.filter(Q(lowest__gt=1) | ~Q(highest=F("lines")), lines__gt=0)


@integrity_rule(
    "numbering.last_number",
    _("Số đã cấp gần nhất của sổ khác số lớn nhất trong sổ"),
    explanation=_("Số tiếp theo lấy từ cột này; sai thì cấp trùng hoặc bỏ cách số."),
    remedy=LOOK_AT_BOOK,
    page="papers",
)
def last_number(_now: Moment) -> QuerySet[NumberBook]:
    books: QuerySet[Any] = counted_with_gaps(NumberBook.objects.all())
    return books.filter(Q(lines=0, last__gt=0) | (Q(lines__gt=0) & ~Q(last=F("highest"))))


@integrity_rule(
    "numbering.day_order",
    _("Số sau trong sổ ghi ngày trước số liền trước"),
    explanation=_("Số trong sổ tăng theo ngày; số sau không lùi ngày."),
    remedy=LOOK_AT_BOOK,
    page="papers",
)
def day_order(_now: Moment) -> QuerySet[IssuedNumber]:
    before = IssuedNumber.objects.filter(
        book=OuterRef("book"), number=OuterRef("number") - 1, issued_on__gt=OuterRef("issued_on")
    )
    return IssuedNumber.objects.filter(Exists(before))


@integrity_rule(
    "numbering.year",
    _("Số ghi ngày của năm khác năm của sổ"),
    explanation=_("Mỗi sổ của một năm; số của năm khác thì không tìm được và năm kia thiếu."),
    remedy=LOOK_AT_BOOK,
    page="papers",
)
def year(_now: Moment) -> QuerySet[IssuedNumber]:
    return IssuedNumber.objects.alias(_year=ExtractYear("issued_on")).exclude(book__year=F("_year"))


@integrity_rule(
    "numbering.holder_gone",
    _("Số cấp cho giấy hoặc báo cáo không còn"),
    explanation=_(
        "Giấy, báo cáo đã có số thì không xóa được; số còn mà giấy mất là bị xóa ngoài chương trình."
    ),
    remedy=LOOK_AT_BOOK,
    page="papers",
)
def holder_gone(_now: Moment) -> QuerySet[IssuedNumber]:
    # A void number may name the record that bore it before there was a book.
    return without_named_record(IssuedNumber.objects.exclude(model="").filter(voided_on__isnull=True))
