"""The menu: what the program itself offers, then the registers by area, each only for those who may open it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup
from rules.predicates import always_allow

from khcn.kernel.access.predicates import (
    Predicate,
    has_role,
    in_own_name,
    in_unit,
    is_of_department,
    is_staff,
    keeps_own_records,
)
from khcn.kernel.actors import Actor, Role
from khcn.kernel.intake.workflow import may_open_import
from khcn.kernel.registers.registry import panels_of, registers
from khcn.kernel.text.fold import sort_key
from khcn.kernel.ui.template_environment import icon
from khcn.parties.rules import administrators

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.registers.spec import Register

# Accounts and rights are administered in one's own name only.
can_administer = administrators
# Second persons of issued passwords; whose own password one person alone has issued may look, and not confirm.
can_confirm_passwords = has_role(Role.ADMIN, Role.LEADER) & in_own_name
can_read_log = has_role(Role.ADMIN, Role.LEADER, Role.OFFICE)
# Who answers persons about their data, and the leaders.
can_see_inventory = in_unit("VP") | has_role(Role.ADMIN, Role.LEADER)


_HERE, _BELOW = Markup(' aria-current="page"'), Markup(' aria-current="true"')
_LINE = Markup('<li><a href="{url}"{current}>{icon}<span>{label}</span></a></li>')
_GROUP = Markup(
    '<details class="side-group"{open} data-keep="menu-{key}"><summary>{title}{sign}</summary>\n'
    "<ul>{lines}</ul></details>"
)


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One line of the menu."""

    label: StrOrPromise
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Lines under one heading."""

    title: StrOrPromise
    key: str
    entries: tuple[NavigationEntry, ...] = ()
    is_open: bool = (
        True  # also while the page is of another area; what a person has closed or opened stays so
    )


# Named addresses, so that no package has to know another. One that is not there yet is left out.
WORK: tuple[tuple[StrOrPromise, str, str, Predicate], ...] = (
    (_("Trang chủ"), "home", "home", always_allow),
    (_("Việc của tôi"), "work-list", "checkbox", is_of_department),
    (_("Báo cáo"), "reports:list", "report", is_staff),
    (_("Giấy tờ, sổ cấp số"), "papers", "certificate", is_staff),
    (_("Nhập liệu từ Excel"), "import-list", "file-import", may_open_import),
    (_("Theo dõi số liệu"), "reports:current-board", "checklist", is_staff),
    (_("Danh mục chỉ tiêu"), "figure-list", "chart-bar", is_staff),
)
SYSTEM: tuple[tuple[StrOrPromise, str, str, Predicate], ...] = (
    (_("Tài khoản"), "account-list", "users", can_administer),
    (_("Cấp lại mật khẩu"), "password-issue-list", "key", can_confirm_passwords),
    (_("Vai trò"), "role-list", "shield-check", can_administer),
    (_("Phân công vai trò"), "assignment-list", "user-check", can_administer),
    (_("Phân quyền"), "permissions", "shield-lock", is_staff),
    (_("Ủy quyền"), "delegation-list", "arrows-exchange", keeps_own_records),
    (_("Nhật ký hệ thống"), "change-log", "history", can_read_log),
    (_("Bảng kê dữ liệu cá nhân"), "privacy-inventory", "list-details", can_see_inventory),
    (_("Tình trạng hệ thống"), "system-status", "checkup-list", can_administer),
    (_("Kiểm tra dữ liệu"), "data-check-list", "shield-check", can_administer),
    (_("Sao lưu"), "backup-list", "database", can_administer),
    (_("Kết nối dữ liệu (API)"), "api-docs", "api", is_staff),
)


def menu(actor: Actor) -> tuple[NavigationGroup, ...]:
    """The menu of an actor in the language of the request; made once for all who have the same rights."""
    return _menu(replace(actor, user_id=None, label=""), get_language() or "")


def menu_html(actor: Actor, path: str) -> Markup:
    """The menu as it is drawn on the page at ``path``, with the present line marked. Every page has it, so it is
    drawn once for each role, unit, language and line.
    """
    found = menu(actor)
    here = max((e.url for g in found for e in g.entries if _leads_to(e.url, path)), key=len, default="")
    area = path.split("/")[1] if path.count("/") > 1 else ""
    return _drawn(found, here, area if any(area == group.key for group in found) else "", exact=here == path)


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@lru_cache(maxsize=4096)
def _drawn(groups: tuple[NavigationGroup, ...], here: str, area: str, *, exact: bool) -> Markup:
    parts = []
    for group in groups:
        is_here = any(entry.url == here for entry in group.entries)
        is_open = group.is_open or group.key == area
        parts.append(_drawn_group(group, here if is_here else "", is_open=is_open, exact=is_here and exact))
    return Markup("\n").join(parts)


@lru_cache(maxsize=4096)
def _drawn_group(group: NavigationGroup, here: str, *, is_open: bool, exact: bool) -> Markup:
    """A group without the present line is the same on all pages that have no line in it."""
    return _GROUP.format(
        open=Markup(" open") if is_open else "",
        key=group.key,
        title=group.title,
        sign=icon("chevron-down"),
        lines=Markup("").join(
            _LINE.format(
                url=entry.url,
                current=(_HERE if exact else _BELOW) if entry.url == here else "",
                icon=icon(entry.icon),
                label=entry.label,
            )
            for entry in group.entries
        ),
    )


@lru_cache(maxsize=256)
def _menu(actor: Actor, language: str) -> tuple[NavigationGroup, ...]:
    by_area: dict[str, list[NavigationEntry]] = {}
    for register in _by_importance(tuple(registers()), language):
        if register.in_menu and register.may("read", actor):
            line = NavigationEntry(capfirst(str(register.title)), register.list_url(), register.icon)
            by_area.setdefault(register.area, []).append(line)
    order = {config.label: place for place, config in enumerate(apps.get_app_configs())}
    groups = [
        NavigationGroup(_("Công việc"), "work", _entries(WORK, actor)),
        # The areas people work in come first; what they are all based on comes last.
        *(_group_of(area, tuple(by_area[area])) for area in sorted(by_area, key=lambda label: -order[label])),
        NavigationGroup(_("Hệ thống"), "system", _entries(SYSTEM, actor)),
    ]
    return tuple(replace(group, title=str(group.title)) for group in groups if group.entries)


def _group_of(area: str, entries: tuple[NavigationEntry, ...]) -> NavigationGroup:
    """The registers of an area under the name that its ``apps.py`` gives it, which may say that they are shown at once."""
    config = apps.get_app_config(area)
    return NavigationGroup(
        str(config.verbose_name), area, entries, is_open=getattr(config, "menu_is_open", False)
    )


@lru_cache(maxsize=16)
def _by_importance(those: tuple[Register, ...], _language: str) -> list[Register]:
    """The same for all actors; the alphabet is that of the titles in a language."""
    return sorted(those, key=_importance)


def _importance(register: Register) -> tuple[bool, bool, str]:
    """Within an area: what the home page counts, then what has related records, then by the alphabet."""
    return not register.tiles, not panels_of(register.model), sort_key(str(register.title))


def _entries(
    lines: tuple[tuple[StrOrPromise, str, str, Predicate], ...], actor: Actor
) -> tuple[NavigationEntry, ...]:
    found = []
    for label, name, glyph, who in lines:
        if not who.test(actor, None):
            continue
        try:
            found.append(NavigationEntry(str(label), reverse(name), glyph))
        except NoReverseMatch:
            continue
    return tuple(found)
