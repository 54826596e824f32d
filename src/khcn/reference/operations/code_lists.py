"""Items of code lists: versions of one code follow each other and agree on what is decided by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.reference.operations.versions import VersionWriter, rule_key, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.reference.models import CodeListItem


class CodeListWriter(VersionWriter):
    """All versions of a grade are failing ones, or none is: what was accepted with one of them was accepted with all."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against other rows of the same workbook."""
        yield from super().validate(writes, context)
        written = [each.record for each in writes]
        for write in writes:
            if not (write.is_new or write.changed & {"code_list", "code", "fails"}):
                continue
            for other in _other_versions(write.record, written):
                if other.fails != write.record.fails:
                    yield write, _not_alike(other)
                    break


def _other_versions(record: Any, written: Sequence[Any]) -> Iterator[CodeListItem]:
    """Those that nobody writes as they are stored, and the written ones as they shall be."""
    yield from versions_of(record).exclude(pk__in=[each.pk for each in written if each.pk is not None])
    yield from (each for each in written if each is not record and rule_key(each) == rule_key(record))


def _not_alike(other: CodeListItem) -> Refused:
    named = {"name": other.label, "code": other.code, "day": format_date(other.valid_from)}
    if other.fails:
        text = _(
            "“%(name)s” (mã %(code)s) có hiệu lực từ ngày %(day)s là mức không đạt; các mục cùng mã phải như nhau. Đánh dấu “Là mức "
            "không đạt” (tệp Excel: thêm cột đó, ghi “có”), hoặc dùng mã khác."
        )
    else:
        text = _(
            "“%(name)s” (mã %(code)s) có hiệu lực từ ngày %(day)s không phải mức không đạt; các mục cùng mã phải như nhau. Bỏ đánh "
            "dấu “Là mức không đạt”, hoặc dùng mã khác."
        )
    return Refused.about(text % named, "fails", code="versions_differ")
