"""What a decision about rights changes, for which accounts: computed by the question that guards every page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import VERBS
from khcn.kernel.actors import EVERYTHING, Role
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.fold import sort_key
from khcn.parties.models import VERB_LABELS, RoleRight
from khcn.parties.models.rights_decisions import title_of_scope
from khcn.parties.queries import staff_by_position
from khcn.web.permissions import ALL, NONE, OWN, may_act, reaches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

_RANK = {NONE: 0, OWN: 1, ALL: 2}


@dataclass(frozen=True, slots=True)
class RightChange:
    """What may be done, or no more be done, and in which registers."""

    verbs: str
    registers: tuple[str, ...]


_Changes = tuple[tuple[RightChange, ...], tuple[RightChange, ...]]  # gains, losses


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """Accounts whose rights change in the same way."""

    who: str
    accounts: tuple[str, ...]
    gains: tuple[RightChange, ...]
    losses: tuple[RightChange, ...]


@dataclass(frozen=True, slots=True)
class RightEffects:
    """What changes on a day, and why the person who decides has to confirm it."""

    day: date
    groups: tuple[EffectGroup, ...]
    warnings: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many accounts are concerned."""
        return sum(len(each.accounts) for each in self.groups)

    def fingerprint(self, values: object) -> str:
        """Stands for what was shown, together with what was typed: neither may have changed when the decision is saved."""
        return hashlib.sha256(repr((self, values)).encode()).hexdigest()


def effects_of_saving(right: RoleRight, stored: RoleRight | None, *, on: date) -> RightEffects:
    """What a new or changed decision does on the first day, from today on, on which it makes a difference."""
    versions = [right] if stored is None else [stored, right]
    bounds = {day for each in versions for day in (each.valid_from, each.valid_to) if day is not None}
    days = sorted({on, *(day for day in bounds if day > on)})
    warnings = []
    if right.role_id is None and not right.unit_code:
        warnings.append(_("Quyết định này áp dụng cho mọi vai trò, ở mọi phòng, đơn vị."))
    if right.register == EVERYTHING:
        warnings.append(_("Quyết định này áp dụng cho tất cả danh mục."))
    return _first_difference(days, right, stored, warnings)


def effects_of_withdrawing(stored: RoleRight, *, on: date) -> RightEffects:
    """What changes once a decision is in force no more."""
    return _first_difference([max(on, stored.valid_from)], None, stored, [])


def _first_difference(
    days: list[date], right: RoleRight | None, stored: RoleRight | None, warnings: list[str]
) -> RightEffects:
    accounts_losing: set[Role] = set()
    groups: tuple[EffectGroup, ...] = ()
    for day in days:
        groups, accounts_losing = _difference(day, right, stored)
        if groups:
            break
    if Role.ADMIN in accounts_losing:
        warnings.append(
            _("Tài khoản quản trị cũng mất quyền. Các trang Tài khoản và Quyền của vai trò thì vẫn mở được.")
        )
    return RightEffects(day, groups, tuple(warnings))


def _difference(
    day: date, right: RoleRight | None, stored: RoleRight | None
) -> tuple[tuple[EffectGroup, ...], set[Role]]:
    rows = list(RoleRight.objects.valid(on=day))
    others = [each for each in rows if stored is None or each.pk != stored.pk]
    after = [*others, right] if right is not None and right.is_valid(on=day) else others
    concerned = _registers_of([each for each in (right, stored) if each is not None])
    found: dict[_Changes, list[tuple[Actor, list[str]]]] = defaultdict(list)
    losing: set[Role] = set()
    for actor, names in staff_by_position(day):
        was, now = (RoleRight.given_to(actor, on=day, rows=each) for each in (rows, after))
        if was == now:  # another role or unit
            continue
        gains, losses = _changes(concerned, was, now)
        if gains or losses:
            found[gains, losses].append((actor, names))
            losing |= {actor.role} if losses and actor.role is not None else set()
    groups = tuple(
        EffectGroup(
            _who([actor for actor, _names in members]),
            tuple(name for _actor, names in members for name in names),
            *changes,
        )
        for changes, members in found.items()
    )
    return groups, losing


def _registers_of(rights: Iterable[RoleRight]) -> list[Register]:
    scopes = {each.register for each in rights}
    return [each for each in registers() if scopes & {each.name, each.area, EVERYTHING}]


def _changes(concerned: list[Register], was: Actor, now: Actor) -> _Changes:
    """What is gained and what is lost, as lines: the verbs, and the registers in which they change alike."""
    gains: dict[tuple[str, ...], list[Register]] = defaultdict(list)
    losses: dict[tuple[str, ...], list[Register]] = defaultdict(list)
    for register in concerned:
        gained, lost = _changed_verbs(register, was, now)
        if gained:
            gains[gained].append(register)
        if lost:
            losses[lost].append(register)
    return _lines(gains, concerned), _lines(losses, concerned)


def _changed_verbs(register: Register, was: Actor, now: Actor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = reaches(register, was), reaches(register, now)
    asked = [(str(dict(VERB_LABELS)[verb]), before[verb], after[verb]) for verb in VERBS]
    if before["act"] == after["act"]:
        asked += [
            (f"“{each.label}”", may_act(each, register, was), may_act(each, register, now))
            for each in register.actions
        ]
    gained = tuple(
        label + (_(" (của đơn vị mình)") if new == OWN else "")
        for label, old, new in asked
        if _RANK[new] > _RANK[old]
    )
    lost = tuple(
        label + (_(" (chỉ còn của đơn vị mình)") if new == OWN else "")
        for label, old, new in asked
        if _RANK[new] < _RANK[old]
    )
    return gained, lost


def _lines(
    changes: dict[tuple[str, ...], list[Register]], concerned: list[Register]
) -> tuple[RightChange, ...]:
    return tuple(RightChange(", ".join(verbs), _titles(found, concerned)) for verbs, found in changes.items())


def _titles(found: list[Register], concerned: list[Register]) -> tuple[str, ...]:
    """The registers by name; all of an area, or all there are, by the name of the area or as all."""
    if len(found) == len(registers()):
        return (title_of_scope(EVERYTHING),)
    areas = {each.area for each in found}
    if len(areas) == 1 and len(found) > 1 and found == [each for each in concerned if each.area in areas]:
        return (title_of_scope(areas.pop()),)
    return tuple(sorted((title_of_scope(each.name) for each in found), key=sort_key))


def _who(actors: list[Actor]) -> str:
    """Roles with their units: "Chuyên viên (QLCN, QLKH); Chỉ xem (TTRA)"."""
    units: dict[str, list[str]] = defaultdict(list)
    for actor in actors:
        units[actor.role_label].append(actor.unit_code or _("không thuộc đơn vị nào"))
    return "; ".join(f"{role} ({', '.join(codes)})" for role, codes in units.items())
