"""The menu: what the program itself offers, then the registers by area, each only for those who may open it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access import Predicate, has_role, is_staff
from khcn.kernel.actors import Actor, Role
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.fold import sort_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.registers.spec import Register

can_administer = has_role(Role.ADMIN)
can_read_log = has_role(Role.ADMIN, Role.LEADER, Role.OFFICE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    label: StrOrPromise
    url: str
    icon: str


@dataclass(slots=True)
class Group:
    """Lines under one heading."""

    title: StrOrPromise
    key: str
    entries: list[Entry] = field(default_factory=list)


# Named addresses, so that no package has to know another. One that is not there yet is left out.
WORK: tuple[tuple[StrOrPromise, str, str, Predicate], ...] = (
    (_("Trang chủ"), "home", "home", is_staff),
    (_("Báo cáo"), "reports:list", "report", is_staff),
    (_("Nhập liệu từ Excel"), "import-list", "file-import", is_staff),
    (_("Theo dõi số liệu"), "reports:current-board", "checklist", is_staff),
    (_("Danh mục chỉ tiêu"), "figure-list", "chart-bar", is_staff),
)
SYSTEM: tuple[tuple[StrOrPromise, str, str, Predicate], ...] = (
    (_("Tài khoản"), "account-list", "users", can_administer),
    (_("Phân quyền"), "permissions", "shield-lock", is_staff),
    (_("Nhật ký hệ thống"), "change-log", "history", can_read_log),
    (_("Kết nối dữ liệu (API)"), "api-docs", "api", is_staff),
)


def menu(actor: Actor) -> tuple[Group, ...]:
    """The menu of an actor in the language of the request; made once for each role, unit and language."""
    return _menu(actor.role, actor.unit_code, actor.user_id is not None, get_language() or "")


@lru_cache(maxsize=256)
def _menu(role: Role, unit_code: str, known: bool, language: str) -> tuple[Group, ...]:  # noqa: FBT001
    actor = Actor(0 if known else None, "", role, None, unit_code)
    groups = [Group(_("Công việc"), "work", _entries(WORK, actor))]
    by_area: dict[str, Group] = {}
    for register in sorted(registers(), key=_importance):
        if not register.in_menu or not register.read.test(actor, None):
            continue
        config = apps.get_app_config(register.area)
        group = by_area.setdefault(register.area, Group(str(config.verbose_name), register.area))
        group.entries.append(Entry(capfirst(str(register.title)), register.list_url(), register.icon))
    order = {config.label: place for place, config in enumerate(apps.get_app_configs())}
    # The areas people work in come first; what they all stand on comes last.
    groups += sorted(by_area.values(), key=lambda group: -order[group.key])
    groups.append(Group(_("Hệ thống"), "system", _entries(SYSTEM, actor)))
    return tuple(
        Group(str(group.title), group.key, [Entry(str(e.label), e.url, e.icon) for e in group.entries])
        for group in groups
        if group.entries
    )


def _importance(register: Register) -> tuple[bool, bool, str]:
    """Within an area: what the home page counts, then what has related records, then by the alphabet."""
    return not register.tiles, not register.panels, sort_key(str(register.title))


def _entries(lines: tuple[tuple[StrOrPromise, str, str, Predicate], ...], actor: Actor) -> list[Entry]:
    found = []
    for label, name, icon, who in lines:
        if not who.test(actor, None):
            continue
        try:
            found.append(Entry(label, reverse(name), icon))
        except NoReverseMatch:
            continue
    return found
