"""The way of an imported workbook."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.predicates import has_role, is_staff, predicate, writes_by_right
from khcn.kernel.actors import EVERYTHING, Actor, Role
from khcn.kernel.workflow import Category, State, Transition, Workflow

_responsible = has_role(Role.ADMIN, Role.OFFICE, in_some_register=True)
_office = has_role(Role.ADMIN, Role.OFFICE)
_head = has_role(Role.HEAD, in_some_register=True)

_enters = has_role(Role.OFFICER, Role.HEAD, Role.OFFICE, Role.ADMIN, in_some_register=True)
may_enter = _enters | writes_by_right
may_open_import = is_staff | writes_by_right


@predicate  # type: ignore[untyped-decorator]
def own_or_responsible(actor: Actor, record: object = None) -> bool:
    """The person who sent the file, the head of the same division, the office and the administrator.

    Who acts for one of the latter by a delegation of some registers is responsible for the files of others that were read and
    are about these registers alone.
    """
    if record is None:
        return True
    if actor.user_id is not None and getattr(record, "uploaded_by_id", None) == actor.user_id:
        return True
    if actor.delegated is not None and not _is_delegated_whole(actor, record):
        return False
    if _responsible.test(actor, record):
        return True
    return bool(
        _head.test(actor, record)
        and bool(actor.unit_code)
        and getattr(record, "unit_code", "") == actor.unit_code
    )


def _is_delegated_whole(actor: Actor, record: object) -> bool:
    sheets = getattr(record, "counts", [])  # none before the file was read
    return actor.is_delegated(EVERYTHING) or (
        bool(sheets) and all(actor.is_delegated(sheet["register"]) for sheet in sheets)
    )


@predicate  # type: ignore[untyped-decorator]
def may_change_layout(actor: Actor, record: object = None) -> bool:
    """How a division's sheets are read is changed by its own staff, the office and the administrator."""
    if record is None or _office.test(actor, record):
        return True
    return bool(actor.unit_code) and getattr(record, "unit_code", "") == actor.unit_code


@predicate  # type: ignore[untyped-decorator]
def may_read_plan(actor: Actor, record: object = None) -> bool:
    """Who may write a file, and who enters data in the same division. A plan is made for the person who reads it: others would
    read that the file is wrong where it is they who lack a right.
    """
    colleague = may_enter.test(actor, record) and may_change_layout.test(actor, record)
    return bool(colleague or own_or_responsible.test(actor, record))


BATCH = Workflow(
    name="intake_batch",
    label=_("Nhập dữ liệu từ tệp Excel"),
    states=(
        State("uploaded", _("Đã tải lên"), Category.PREPARING, initial=True),
        State("previewed", _("Đã xem trước"), Category.OPEN),
        State("committed", _("Đã ghi vào sổ"), Category.DONE),
        State("undone", _("Đã hoàn tác"), Category.ENDED_EARLY, final=True),
        State("rejected", _("Đã hủy"), Category.ENDED_EARLY, final=True),
    ),
    transitions=(
        Transition("preview", _("Xem trước"), ("uploaded",), "previewed", who=may_enter),
        Transition(
            "confirm", _("Ghi vào sổ"), ("previewed",), "committed", who=may_enter & own_or_responsible
        ),
        Transition(
            "reject", _("Hủy"), ("uploaded", "previewed"), "rejected", who=may_enter & own_or_responsible
        ),
        Transition("undo", _("Hoàn tác"), ("committed",), "undone", who=may_enter & own_or_responsible),
    ),
)
