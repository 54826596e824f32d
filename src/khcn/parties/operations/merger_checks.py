"""What stands against making one record of two: records that would be alike or contradict themselves, and papers in force.

A merger changes what many records name, so it asks of each of them what any other change of it asks.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.fields.links import links_to
from khcn.kernel.fields.plain_text import plain_text
from khcn.kernel.papers.printed_facts import changes_of_printed
from khcn.kernel.registers.registry import has_register, register_of, registers
from khcn.kernel.registers.sealed_records import A_SEALED_RECORD, is_sealed_from, something_is_sealed
from khcn.parties.models import Organisation, Person, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Field, ForeignKey

    from khcn.kernel.actors import Actor

_SHOWN = 20


def obstacles(target: Organisation | Person, duplicate: Organisation | Person, actor: Actor) -> list[str]:
    """In a sentence each, everything on record that stops the merger, as far as the actor may know it."""
    moved = list(_rows_moved(target, duplicate))
    alike, printed = _alike(moved, actor), _printed(moved, target, duplicate)
    # Last, for what a record says of itself may change it.
    return [
        *_opened_early(target, duplicate),
        *alike,
        *_contradictory(moved, actor),
        *printed,
        *_filled_under_paper(target, duplicate),
    ]


def particulars(record: Organisation | Person) -> list[Field[Any, Any]]:
    """The columns that people fill in."""
    return [
        each
        for each in record._meta.concrete_fields
        if each.editable and not each.primary_key and each.name != "illustrative"
    ]


def particulars_taken(
    target: Organisation | Person, duplicate: Organisation | Person
) -> list[Field[Any, Any]]:
    """The columns that are empty in the target and are filled from the duplicate."""
    return [
        each
        for each in particulars(target)
        if not getattr(target, each.attname) and getattr(duplicate, each.attname)
    ]


def _filled_under_paper(target: Organisation | Person, duplicate: Organisation | Person) -> list[str]:
    """Papers in force that have printed the target without what would be filled in."""
    merged = copy(target)
    taken = {each.name: each for each in particulars_taken(target, duplicate)}
    for field in taken.values():
        if getattr(duplicate, field.attname) != target.pk:  # a body never governs itself
            setattr(merged, field.attname, getattr(duplicate, field.attname))
    found = {}
    for _place, paper, names in changes_of_printed(type(target), [(merged, target)]):
        words = ", ".join(str(taken[name].verbose_name) for name in names)
        found[paper.pk] = _(
            "Chưa gộp được: “%(paper)s” đang có hiệu lực đã in “%(target)s”, còn trống: %(words)s. Văn phòng ghi phần còn trống "
            "bằng nút “Đổi tên, sửa thông tin đã in” và nêu căn cứ, rồi gộp."
        ) % {"paper": paper, "target": target, "words": words}
    return list(found.values())


_Moved = tuple["ForeignKey[Any, Any]", list[tuple[Any, Any]]]


def _rows_moved(target: Organisation | Person, duplicate: Organisation | Person) -> Iterator[_Moved]:
    """By the foreign key, the rows that name the duplicate: each as it would be and as it is."""
    for field in links_to(type(target)):
        rows = field.model._base_manager.filter(**{field.name: duplicate}).order_by("pk")
        versions = [(each, copy(each)) for each in rows]
        for row, _before in versions:
            setattr(row, field.name, target)
        yield field, versions


def title_of(row: Any, actor: Actor) -> str:
    """What a row that names the record is called, as far as the actor may know it."""
    if is_sealed_from(actor, row):
        return str(A_SEALED_RECORD)
    model = type(row)
    return register_of(model).title_for(actor, row) if has_register(model) else str(row)


def _contradictory(moved: Sequence[_Moved], actor: Actor) -> list[str]:
    """Records that would go against their own rule, as a change of the host from one organisation to the same one, or
    against that of their register, as two seats of one person on a council.
    """
    writers = {each.model: each.writer for each in registers()}
    found = []
    for link, versions in moved:
        faults = [(before, _fault(row)) for row, before in versions if not _fault(before)]
        if (writer := writers.get(link.model)) is not None:
            faults += writer.contradictory(versions)
        found += [
            _sealed_in_words()
            if is_sealed_from(actor, before)
            else _("Chưa gộp được: “%(name)s” (%(kind)s) sẽ tự mâu thuẫn. %(why)s")
            % {"name": title_of(before, actor), "kind": link.model._meta.verbose_name, "why": why}
            for before, why in faults
            if why
        ]
    return list(dict.fromkeys(found))


def _sealed_in_words() -> str:
    """Nothing of the records, nor of what they are: that would say who handed something in."""
    return _(
        "Chưa gộp được: có bản ghi chưa ai ở Sở được đọc sẽ trùng nhau hoặc tự mâu thuẫn sau khi gộp. Hãy gộp lại sau khi các "
        "thông báo đang nhận hồ sơ đã mở hồ sơ."
    )


def _fault(row: Any) -> str:
    try:
        row.clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _printed(
    moved: Sequence[_Moved], target: Organisation | Person, duplicate: Organisation | Person
) -> list[str]:
    """Papers in force that have printed the duplicate as the holder, the head or a member of what they are about."""
    found = {}
    for _link, versions in moved:
        for paper in contradicted_papers(versions):
            found[paper] = _(
                "Chưa gộp được: “%(paper)s” đang có hiệu lực đã in “%(duplicate)s”. Nếu “%(duplicate)s” là tên đúng thì mở "
                "“%(duplicate)s” rồi gộp “%(target)s” vào đó; nếu không thì lập giấy thay thế hoặc thu hồi giấy này trước."
            ) % {"paper": paper, "duplicate": duplicate, "target": target}
    return list(found.values())


def contradicted_papers(versions: Sequence[tuple[Any, Any]]) -> list[str]:
    """The papers in force that would say something else than these rows of one model, by name."""
    model = type(versions[0][0]) if versions else None
    if model is None:
        return []
    return list(dict.fromkeys(str(paper) for _place, paper, _names in changes_of_printed(model, versions)))


def _alike(moved: Sequence[_Moved], actor: Actor) -> list[str]:
    """In a sentence each, the records of the duplicate that would become the like of a record of the target."""
    found = []
    for field, versions in moved:
        constraints = [
            each
            for each in field.model._meta.constraints
            if isinstance(each, UniqueConstraint) and field.name in each.fields
        ]
        for row, before in versions if constraints else ():
            for constraint in constraints:
                try:
                    constraint.validate(field.model, row)
                except ValidationError:
                    name = title_of(before, actor)
                    found.append(_alike_in_words(row, name, constraint, field.name, actor))
    return list(dict.fromkeys(found))


def _alike_in_words(row: Any, name: str, constraint: UniqueConstraint, link: str, actor: Actor) -> str:
    """Names the record by what else the constraint compares, as its own name may not say whose it is."""
    if is_sealed_from(actor, row):
        return _sealed_in_words()
    others = (row._meta.get_field(each) for each in constraint.fields if each not in {link, "province"})
    values = [f"{each.verbose_name}: {_in_words(row, each, actor)}" for each in others]
    return _(
        "Chưa gộp được: “%(name)s” (%(kind)s; %(values)s) đã có bản ghi giống hệt ở bản ghi được giữ. Hãy xóa một trong hai "
        "rồi gộp lại."
    ) % {"name": name, "kind": row._meta.verbose_name, "values": "; ".join(values)}


def _in_words(row: Any, field: Any, actor: Actor) -> str:
    if field.related_model is not None and has_register(field.related_model):
        return shown_record_name(getattr(row, field.name), actor)
    return plain_text(
        getattr(row, f"get_{field.name}_display")() if field.choices else getattr(row, field.name)
    )


def _opened_early(target: Organisation | Person, duplicate: Organisation | Person) -> list[str]:
    """While something is sealed nobody makes it readable to accounts of another organisation; whose it is is not said."""
    if not something_is_sealed():
        return []
    return [
        _(
            "%(warning)s Đang có thông báo niêm phong chưa mở hồ sơ, nên chưa gộp được. Hãy gộp sau khi mở hồ sơ, hoặc ngừng các tài "
            "khoản này trước."
        )
        % {"warning": warning}
        for warning in seen_outside(target, duplicate)
    ]


def seen_outside(target: Organisation | Person, duplicate: Organisation | Person) -> list[str]:
    """A warning where accounts of one organisation will see the records of the other as well."""
    if not isinstance(target, Organisation):
        return []
    accounts = User.objects.filter(is_active=True, organisation__in=[target.pk, duplicate.pk]).order_by("pk")
    names = "; ".join(str(each) for each in accounts[:_SHOWN])
    if not names:
        return []
    return [
        _(
            "Chú ý: tài khoản bên ngoài sẽ thấy hồ sơ của cả “%(target)s” và “%(duplicate)s” sau khi gộp: %(names)s."
        )
        % {"target": target, "duplicate": duplicate, "names": names}
    ]
