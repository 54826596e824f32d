"""A record with files on it is not deleted, whatever deletes it: the files would stay without a record.

The person takes the files off first, one by one, and so sees what would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from khcn.kernel.audit.projections import register_projection
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model


def file_refusals(model: type[Model], keys: Sequence[int]) -> dict[int, Refused]:
    """Why those of the records with these keys that have files may not be deleted."""
    return {key: _refusal(number) for key, number in Attachment.objects.numbers(model, keys).items()}


def _refusal(number: int) -> Refused:
    text = ngettext(
        "Bản ghi có %(count)s tệp đính kèm. Hãy bỏ tệp khỏi bản ghi trước.",
        "Bản ghi có %(count)s tệp đính kèm. Hãy bỏ các tệp khỏi bản ghi trước.",
        number,
    )
    return Refused(text % {"count": number}, code="has_files")


@register_projection
def refuse_removal_with_files(model: type[Model], written: Sequence[Model], removed: Sequence[Model]) -> None:
    """Raise :class:`Refused`, which rolls the transaction back, where a deleted row had files: actions delete rows too."""
    for refused in file_refusals(model, [each.pk for each in removed]).values():
        raise refused
