"""Keep the filter of a list under a name, share it with the division, rename it and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.models import SavedFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.actors import Actor

MOST: Final = 50  # of one account for one register
_IS_HEAD: Final = has_role(Role.HEAD)


class FilterRefused(Refused):
    """The filter is not kept or changed; the text says why in Vietnamese."""


def may_change_filter(saved: SavedFilter, actor: Actor) -> bool:
    """Its owner; one that is shared also the head of the division that it is shared with."""
    is_head = _IS_HEAD.test(actor, None) and bool(saved.unit) and saved.unit == actor.unit_code
    return saved.owner == actor.user_id or is_head


def save_filter(
    *, register: str, name: str, conditions: Mapping[str, str], shared: bool, actor: Actor
) -> SavedFilter:
    """Keep it. Raises :class:`FilterRefused` without conditions, with a name that is taken, and beyond ``MOST``."""
    if not conditions:
        raise FilterRefused(_("Danh sách chưa lọc gì nên chưa có gì để lưu. Hãy lọc danh sách rồi lưu."))
    if actor.user_id is None:
        raise FilterRefused(_("Chỉ tài khoản của người dùng lưu được bộ lọc."))
    if SavedFilter.objects.filter(register=register, owner=actor.user_id).count() >= MOST:
        raise FilterRefused(
            _("Đã lưu %(most)d bộ lọc của danh sách này. Hãy xóa bớt rồi lưu.") % {"most": MOST}
        )
    made = SavedFilter(
        register=register,
        name=name,
        conditions=dict(conditions),
        owner=actor.user_id,
        owner_label=actor.label,
        unit=actor.unit_code if shared else "",
    )
    return _stored(made)


def rename_filter(*, saved: SavedFilter, name: str, actor: Actor) -> SavedFilter:
    """Give it another name. Raises :class:`FilterRefused`."""
    _check(saved, actor)
    saved.name = name
    return _stored(saved)


def remove_filter(*, saved: SavedFilter, actor: Actor) -> None:
    """Nobody sees it any more. Raises :class:`FilterRefused`."""
    _check(saved, actor)
    saved.delete()


def _check(saved: SavedFilter, actor: Actor) -> None:
    if not may_change_filter(saved, actor):
        raise FilterRefused(_("Chỉ người đã lưu, hoặc lãnh đạo phòng được chia sẻ, sửa được bộ lọc này."))


def _stored(saved: SavedFilter) -> SavedFilter:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        words = _("Đã có bộ lọc tên “%(name)s” ở danh sách này. Hãy chọn tên khác.")
        raise FilterRefused.about(words % {"name": saved.name}, "name") from None
    return saved
