"""Who may do what, computed by asking the registers themselves, as every page does (docs/adr/0012)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import ACT, READ, VERBS
from khcn.kernel.actions.offered_actions import is_permitted
from khcn.kernel.actors import EVERYTHING, Actor, ActorKind
from khcn.kernel.registers.registry import registers
from khcn.parties.models import VERB_LABELS, AccountRole, OrgUnit, RoleRight

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actions import Action
    from khcn.kernel.registers.spec import Register

ALL, OWN, NONE = "all", "own", ""


@dataclass(frozen=True, slots=True)
class UnitOnDay:
    """A unit of the department on a day."""

    code: str
    pk: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionCells:
    """What each role of each unit may do, and accounts of outside organisations."""

    verbs: tuple[str, ...]
    # By codes of the role and of the unit, then by verb: all rows, own rows, or "" for none.
    cells: dict[tuple[str, str], dict[str, str]]
    outside: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionLine(PermissionCells):
    """One register, or one of its actions."""

    register: Register
    action: Action | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRight:
    """Something outside the registers that not everybody may do, with the rule that guards it.

    ``own`` makes a record of the actor's own division, where the rule lets a division handle its own.
    """

    group: StrOrPromise
    label: StrOrPromise
    who: Predicate
    own: Callable[[Actor], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLine(PermissionCells):
    """One right outside the registers."""

    right: OtherRight


_others: list[OtherRight] = []


def show(*rights: OtherRight) -> None:
    """Give rights outside the registers lines of their own. Used once, when the program starts."""
    _others.extend(right for right in rights if right not in _others)


def places(on: date) -> list[UnitOnDay]:
    """The units that there are on a day, and being in none."""
    units = OrgUnit.objects.valid(on=on).order_by("position", "sort_key")
    return [*(UnitOnDay(each.code, each.pk, each.name) for each in units), UnitOnDay("", None, "")]


def roles(on: date) -> list[AccountRole]:
    """The roles in force on a day."""
    return list(AccountRole.objects.valid(on=on).in_order())


def actors(on: date) -> Iterator[tuple[str, UnitOnDay, Actor]]:
    """A member of staff of every role in every unit, with the rights that the administrator decided."""
    decided = list(RoleRight.objects.valid(on=on))
    units = places(on)
    for role in roles(on):
        for place in units:
            actor = Actor(
                0,
                "",
                role.built_in,
                place.pk,
                place.code,
                kind=ActorKind.STAFF,
                role_code="" if role.is_shipped else role.code,
                role_name=role.shown_name,
            )
            yield role.code, place, RoleRight.given_to(actor, on=on, rows=decided)


def lines(on: date) -> list[PermissionLine]:
    """Every register and action, by the very question that guards its pages.

    Registers of the same declaration answer alike: of those about which the administrator decided nothing, one is asked.
    """
    asking = list(actors(on))
    outside = Actor(0, "", None, kind=ActorKind.ORGANISATION, organisation_id=0)
    decided = {grant.register for _role, _place, actor in asking for grant in actor.grants}
    known: dict[Hashable, tuple[dict[tuple[str, str], dict[str, str]], dict[str, str]]] = {}

    def line(
        register: Register,
        action: Action | None,
        verbs: tuple[str, ...],
        ask: Callable[[Actor], dict[str, str]],
    ) -> PermissionLine:
        key = (_declaration(register, decided), verbs, action and action.who)
        if key not in known:
            cells = {(role, place.code): ask(actor) for role, place, actor in asking}
            known[key] = cells, ask(outside)
        cells, reached = known[key]
        return PermissionLine(register=register, action=action, verbs=verbs, cells=cells, outside=reached)

    found = []
    for register in registers():
        found.append(line(register, None, VERBS, partial(reaches, register)))
        found += [line(register, each, (ACT,), partial(_taken, each, register)) for each in register.actions]
    return found


def _declaration(register: Register, decided: set[str]) -> Hashable:
    """What the answers of a register follow from: its scope, or the register itself where they follow from more than that."""
    alone = register.writer.acts_on_link or decided & {register.name, register.area, EVERYTHING}
    return register.name if alone else register.scope


def _taken(action: Action, register: Register, actor: Actor) -> dict[str, str]:
    return {ACT: may_act(action, register, actor)}


def other_lines(on: date) -> list[OtherLine]:
    """Every right outside the registers, by the predicate that guards it."""
    asking = list(actors(on))
    outside = Actor(0, "", None, kind=ActorKind.ORGANISATION, organisation_id=0)
    return [
        OtherLine(
            right=right,
            verbs=(ACT,),
            cells={(role, place.code): {ACT: _has(right, actor)} for role, place, actor in asking},
            outside={ACT: _has(right, outside)},
        )
        for right in _others
    ]


def _has(right: OtherRight, actor: Actor) -> str:
    if right.who.test(actor, None):
        return ALL
    return OWN if right.own is not None and right.who.test(actor, right.own(actor)) else NONE


def reaches(register: Register, actor: Actor) -> dict[str, str]:
    """For each verb whether the actor reaches all rows, own ones, or none."""
    reached = {verb: register.reach(verb, actor) for verb in VERBS}
    return {verb: OWN if isinstance(each, Q) else ALL if each else NONE for verb, each in reached.items()}


def may_act(action: Action, register: Register, actor: Actor) -> str:
    """Whether the actor may take the action on all rows, own ones, or none."""
    if not register.may(READ, actor) or not is_permitted(action, register, actor):
        return NONE
    return OWN if isinstance(register.reach(ACT, actor), Q) else ALL


def in_words(line: PermissionCells, role: str, on: list[UnitOnDay]) -> list[tuple[str, str]]:
    """One cell of the page: the verbs that go together, and for which units."""
    labels = dict(VERB_LABELS)
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for verb in line.verbs:
        units = tuple(
            (place.code, line.cells[role, place.code][verb])
            for place in on
            if line.cells[role, place.code][verb]
        )
        if units:
            groups.setdefault(units, []).append(str(labels[verb]))
    return [(", ".join(verbs), _units(units, on)) for units, verbs in groups.items()]


def _units(units: tuple[tuple[str, str], ...], on: list[UnitOnDay]) -> str:
    kinds = {reach for _code, reach in units}
    of_own = "" if kinds == {ALL} else _(" (của đơn vị mình)")
    if len(units) == len(on) or {code for code, _reach in units} == {
        place.code for place in on if place.code
    }:
        return _("mọi đơn vị") + of_own
    return ", ".join(code or _("không thuộc đơn vị nào") for code, _reach in units) + of_own


def outside_in_words(line: PermissionCells) -> str:
    """What accounts of outside organisations may do."""
    labels = dict(VERB_LABELS)
    own = ", ".join(str(labels[verb]) for verb in line.verbs if line.outside[verb] == OWN)
    everything = ", ".join(str(labels[verb]) for verb in line.verbs if line.outside[verb] == ALL)
    parts = [_("của mình: %(verbs)s") % {"verbs": own}] if own else []
    return "; ".join([*parts, *([everything] if everything else [])])
