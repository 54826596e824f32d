"""Takes back one change or deletion of a record: by a change of its own, which goes by every rule that the form goes by.

Nothing of the log is removed. What is newer than the change, in the same fields, is not overwritten: the undo is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import is_within_reach
from khcn.kernel.actors import acting
from khcn.kernel.advisory_locks import take_lock
from khcn.kernel.audit.erasing import erased_columns
from khcn.kernel.audit.logged_values import STAMPS, snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.refusals.constraints import refusal_of_violation
from khcn.kernel.registers.owned_refusals import owned_refusal
from khcn.kernel.registers.writing import save_row

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

UNDONE: Final = frozenset({LoggedAction.UPDATE, LoggedAction.DELETE})
_REASON = "Hoàn tác lượt ghi số {}"  # in the log, which is Vietnamese


def undo_change(register: Register, entry: ChangeEntry, *, actor: Actor, on: date) -> Any:
    """Set a changed record back, or put a deleted one on record again under a new number; gives the record.

    Raises :class:`Refused` where a newer change is in the same fields, or a rule or right is against it.
    """
    verb = "create" if entry.action == LoggedAction.DELETE else "change"
    with transaction.atomic(), acting(actor, _REASON.format(entry.pk), on=on):
        take_lock(f"undo {entry.pk}")
        _refuse_unknown_values(register, entry)
        record = _restored(register, entry) if verb == "create" else _changed_back(register, entry)
        if not register.fits(verb, actor, record):
            raise NotPermitted(
                _("Tài khoản của bạn không có quyền ghi lại bản ghi này."), code="not_permitted"
            )
        _write(register, record, entry, actor, on)
        if not register.may(verb, actor, record):
            raise NotPermitted(_("Bản ghi không còn thuộc phạm vi của tài khoản này nên chưa lưu."))
    return record


def is_readable(register: Register, entry: ChangeEntry, actor: Actor) -> bool:
    """Whether the actor may read what the record was before it was deleted: as it was then, it is within reach."""
    reach = register.reach("read", actor)
    return reach if isinstance(reach, bool) else is_within_reach(reach, _as_deleted(register, entry))


def _write(register: Register, record: Any, entry: ChangeEntry, actor: Actor, on: date) -> None:
    """By the checks of a form and the rules of the register; nothing else may come of it than what was there before."""
    names = set((entry.before if entry.action == LoggedAction.DELETE else entry.after) or {})
    unchanged = {field.name for field in record._meta.concrete_fields if field.attname not in names}
    try:
        record.full_clean(exclude=unchanged)
        with transaction.atomic():
            save_row(register, record, actor=actor, on=on)
    except ValidationError as error:
        owned = owned_refusal(register, record)
        raise owned or Refused(" ".join(error.messages), code="rule") from None
    except IntegrityError as error:
        raise refusal_of_violation(error) from None
    stored, before = snapshot(record, STAMPS), entry.before or {}
    if entry.action == LoggedAction.UPDATE and any(stored[name] != before[name] for name in names):
        raise Refused(
            _("Thay đổi này không chỉ do người sửa biểu mẫu mà có. Hãy sửa trực tiếp trên bản ghi.")
        )


def _refuse_unknown_values(register: Register, entry: ChangeEntry) -> None:
    """The log holds no masked numbers, and none that were erased."""
    before = entry.before or {}
    masked = {name for name in getattr(register.model, "masked", ()) if before.get(name)}
    erased = {
        name
        for name, pk in erased_columns([entry]).get((entry.model, entry.object_id), {}).items()
        if entry.pk <= pk and before.get(name)
    }
    if masked | erased:
        raise Refused(
            _(
                "Nhật ký không giữ đủ giá trị cũ (số được che hoặc đã xóa theo thời hạn). Hãy nhập lại bằng biểu mẫu."
            )
        )


def _set(record: Any, values: dict[str, Any]) -> None:
    fields = {field.attname: field for field in record._meta.concrete_fields}
    for name, value in values.items():
        setattr(record, name, fields[name].to_python(value))


def _changed_back(register: Register, entry: ChangeEntry) -> Any:
    """The stored record under lock with the values before the change."""
    try:
        record = locked(register.model, int(entry.object_id))
    except ObjectDoesNotExist:
        raise Refused(_("Bản ghi đã bị xóa nên không hoàn tác được lần sửa này.")) from None
    now, after = snapshot(record, STAMPS), entry.after or {}
    typed = {register.model._meta.get_field(name).attname for name in register.form_fields()}  # type: ignore[union-attr]
    if not typed & set(after):
        raise Refused(_("Thay đổi này do một nghiệp vụ ghi. Hãy dùng nghiệp vụ ngược lại, hoặc đính chính."))
    if set(after) - set(now) or any(now[name] != value for name, value in after.items()):
        newer = (
            ChangeEntry.objects.filter(model=entry.model, object_id=entry.object_id, pk__gt=entry.pk)
            .order_by("-pk")
            .first()
        )
        who = newer.who if newer is not None else ""
        raise Refused(
            _("Đã có thay đổi mới hơn trên các trường này: %(who)s. Chưa hoàn tác gì.") % {"who": who}
        )
    _set(record, entry.before or {})
    return record


def _restored(register: Register, entry: ChangeEntry) -> Any:
    """A new record with the values of the deleted one."""
    again = ChangeEntry.objects.filter(
        model=entry.model, action=LoggedAction.CREATE, reason=_REASON.format(entry.pk), pk__gt=entry.pk
    )
    if again.exists():
        raise Refused(_("Bản ghi này đã được khôi phục trước đó."))
    others = ChangeEntry.objects.filter(batch=entry.batch, action=LoggedAction.DELETE).exclude(pk=entry.pk)
    if others.exists():
        raise Refused(_("Cùng lần đó còn bản ghi khác bị xóa nên không khôi phục riêng được bản ghi này."))
    return _as_deleted(register, entry)


def _as_deleted(register: Register, entry: ChangeEntry) -> Any:
    """A record that is not stored, with the values that the deleted one had."""
    record = register.model()
    known = {field.attname for field in record._meta.concrete_fields if not field.primary_key} - set(STAMPS)
    _set(record, {name: value for name, value in (entry.before or {}).items() if name in known})
    return record
