"""Checks of attached files: at every deletion of a record, and at every verification of the log.

A record with files on it is not deleted, whatever deletes it: the files would stay without a record. The person takes
the files off first, one by one, and so sees what would be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.projections import register_projection
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
def refuse_removal_with_files(
    model: type[Model], written: Sequence[Model], removed: Sequence[Model], *, are_new: bool
) -> None:
    """Raise :class:`Refused`, which rolls the transaction back, where a deleted row had files: actions delete rows too."""
    for refused in file_refusals(model, [each.pk for each in removed]).values():
        raise refused


def check_attachments() -> Iterator[LogFinding]:
    """Every attached file, and files whose record is gone."""
    rows = Attachment.objects.select_related("file").order_by("pk")
    for attachment in rows.iterator(chunk_size=200):
        what = f"{attachment.name} (#{attachment.pk})"
        if not attachment.is_as_attached():
            yield LogFinding(FindingKind.DOCUMENT_CHANGED, what)
        model = apps.get_model(attachment.model)
        if not model._base_manager.filter(pk=attachment.object_id).exists():
            yield LogFinding(
                FindingKind.RECORD_DELETED,
                _("%(file)s: không còn bản ghi %(model)s #%(number)s")
                % {"file": what, "model": model._meta.verbose_name, "number": attachment.object_id},
            )
