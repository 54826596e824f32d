"""Verbs of organisations and persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.models import Audited, bulk_change
from khcn.parties import rules
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import ForeignKey

    from khcn.kernel.actors import Actor


class MergeRefused(Exception):  # noqa: N818 -- a refusal with a reason, not a fault
    """The two organisations cannot become one; the text says why, in Vietnamese."""


def merge_organisations(*, kept: Organisation, duplicate: Organisation, actor: Actor) -> int:
    """Make one organisation of two: every record that names ``duplicate`` names ``kept`` from now on.

    Empty particulars of ``kept`` are filled from ``duplicate``, which is then deleted. Returns how many records were
    moved; each is logged. Raises :class:`MergeRefused` when the actor may not, when both are the same record, or when
    a record of the duplicate has its like at the kept one (the same partner of the same task, the same person).
    """
    if not rules.editors.test(actor, kept):
        raise MergeRefused(_("Tài khoản của bạn không có quyền gộp tổ chức."))
    if kept.pk == duplicate.pk:
        raise MergeRefused(_("Hai tổ chức được chọn là một. Hãy chọn tổ chức trùng cần gộp vào."))
    reason = _("Gộp tổ chức “%(duplicate)s” vào “%(kept)s”") % {"duplicate": duplicate, "kept": kept}
    with acting(actor, reason), transaction.atomic():
        moved = sum(_move(field, kept, duplicate) for field in _links())
        kept.refresh_from_db()
        for field in Organisation._meta.concrete_fields:
            if field.editable and not field.primary_key and not getattr(kept, field.attname):
                setattr(kept, field.attname, getattr(duplicate, field.attname))
        if kept.governing_body_id == kept.pk:
            kept.governing_body = None
        duplicate.delete()
        kept.save()
    return moved


def _links() -> Iterator[ForeignKey[Any, Any]]:
    """Foreign keys of the whole program that lead to an organisation, those without a way back included."""
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield cast("ForeignKey[Any, Any]", relation.field)  # type: ignore[union-attr]


def _move(field: ForeignKey[Any, Any], kept: Organisation, duplicate: Organisation) -> int:
    rows = cast("list[Audited]", list(field.model._base_manager.filter(**{field.name: duplicate})))
    for row in rows:
        setattr(row, field.name, kept)
    try:
        with transaction.atomic():
            return bulk_change(rows, [field.name])
    except IntegrityError as clash:
        raise MergeRefused(
            _(
                "Hai tổ chức đều có “%(kind)s” giống nhau nên chưa gộp được. Hãy xóa bản ghi trùng trước rồi gộp lại."
            )
            % {"kind": field.model._meta.verbose_name}
        ) from clash
