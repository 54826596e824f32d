"""Names and other particulars of organisations and persons: who changes them where others rely on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actors import acting
from khcn.kernel.fields.links import keys_with_links
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import RowWriter
from khcn.parties import rules
from khcn.parties.models import Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_IDENTITY = frozenset({"full_name", "degree", "organisation", "distinction"})


class PersonWriter(RowWriter):
    """An outside organisation keeps its own people, and renames none whom other records name."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Changes of who a person is, by an account from outside, while some record names the person."""
        if not context.actor.is_outside:
            return
        for write in writes:
            names = sorted(write.changed & _IDENTITY)
            if write.is_new or not names or not keys_with_links(Person, [write.before.pk]):
                continue
            text = _(
                "Hồ sơ tại Sở đang nêu người này nên họ tên, học vị và đơn vị công tác do Sở sửa. Hãy đề nghị Sở sửa, hoặc "
                "thêm người mới nếu là người khác."
            )
            yield write, Refused.about(text, *names, code="named")


def change_particulars(
    *, record: Organisation | Person, reason: str, actor: Actor, on: date, **values: Any
) -> Organisation | Person:
    """Change what papers in force have printed of an organisation or a person; the papers keep what they printed.

    The office says in ``reason`` by which decision, or what was entered by a slip. Raises :class:`NotPermitted`.
    """
    if not may_act(rules.editors, register_of(type(record)), actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")
    with transaction.atomic(), acting(actor, reason[:300]):
        for name, value in values.items():
            setattr(record, name, value)
        record.full_clean()
        record.save()
    return record
