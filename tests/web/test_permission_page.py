"""A permission page that says what accounts can do."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from khcn.config.rights import RIGHTS
from khcn.kernel.access.scopes import OwnUnit
from khcn.kernel.actors import Role
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.registry import registers
from khcn.web import permissions
from tests.factories.registry import factory_of
from tests.web.conftest import account, department_role, tree, words
from tests.web.test_rights import TODAY, right, same_day

__all__ = ["same_day"]

ASKED = [
    (Role.OFFICER, "QLKH"), (Role.OFFICER, "TDC"), (Role.HEAD, "QLCN"), (Role.OFFICE, "VP"), (Role.LEADER, "BGD"),
    (Role.ADMIN, "VP"), (Role.READER, "TTRA"),
]  # fmt: skip


def can(client, register, record, verb):
    """What the account can really do, over HTTP; a refused write is 403, an open one anything but that."""
    base, at = register.list_url(), register.detail_url(record.pk)
    if verb == "choose":
        return client.get(f"/lookup{base}").status_code == 200
    if verb in {"read", "export"}:
        return client.get(base + ("export/" if verb == "export" else "")).status_code == 200
    if verb == "create":
        return client.get(f"{base}new/").status_code == 200
    if verb in {"change", "delete"}:
        return client.get(f"{at}{'edit' if verb == 'change' else verb}/").status_code == 200
    attached = Attachment.objects.filter(model=register.name, object_id=record.pk)
    before, follow = attached.count(), register.name == "science.sciencetask"
    answer = client.post(f"{at}files/", {"file": _file()}, follow=follow)
    assert not follow or ("Đã đính kèm tệp" in words(answer)) == (attached.count() > before)
    return attached.count() > before


def _file():
    return ContentFile("%PDF-1.4 tệp thử".encode(), name="thử.pdf")


def path_to_unit(register):
    """The link to the division whose own rows the scope of the register opens; "" where it opens none so."""
    parts = getattr(register.scope, "parts", (register.scope,))
    return next((part.path for part in parts if isinstance(part, OwnUnit)), "")


def is_own(user, register, record, verb):
    """Is this a row of the account's own division? Submissions are the applicants': those that no seal closes, written from envelopes."""
    if path := path_to_unit(register):
        return getattr(record, path) == user.unit
    return record.entered_from_paper if verb in {"change", "attach"} else not record.call.is_sealed


DECIDED = ("science.sciencetask", "science.fundingrecord", "councils.", "parties.")
"""Registers about which the administrator has decided something below."""


class Asked:
    """What has been asked over HTTP. What an account may do is asked of the register for every account; that the page of the register
    asks it, once for each thing that a cell says and answer that follows from it. Where the administrator decided, all are asked.
    """

    def __init__(self):
        self._seen = set()

    def is_new(self, register, *kind):
        if register.name.startswith(DECIDED):
            return True
        before = len(self._seen)
        self._seen.add((register.name, *kind))
        return len(self._seen) > before


class Visit:
    """An account in one register, compared with what the page says of it."""

    def __init__(self, user, actor, client, register, record):
        self.user, self.actor, self.client, self.register, self.record = user, actor, client, register, record

    def expected(self, shown, verb):
        if shown == permissions.OWN and verb != "create":
            return is_own(self.user, self.register, self.record, verb)
        return bool(shown)

    def wrong_verbs(self, cells, asked):
        for verb, shown in cells.items():
            if verb == "act" or (verb in {"create", "change"} and not self.register.form):
                continue
            expected = self.expected(shown, verb)
            if self.register.may(verb, self.actor, None if verb == "create" else self.record) != expected:
                yield verb, shown, "of the register"
            if (
                asked.is_new(self.register, verb, shown, expected)
                and can(self.client, self.register, self.record, verb) != expected
            ):
                yield verb, shown

    def wrong_actions(self, cells, asked):
        for action, shown in cells:
            if permissions.may_act(action, self.register, self.actor) != shown:
                yield action.name, shown, "of the register"
            expected = self.expected(shown, "act")
            if asked.is_new(self.register, action.name, shown, expected):
                address = f"{self.register.detail_url(self.record.pk)}actions/{action.name}/"
                if ((status := self.client.get(address).status_code) == 200) != expected:
                    yield action.name, shown, status


@pytest.mark.once
@pytest.mark.django_db
def test_every_cell_of_the_permission_page_is_what_accounts_can_really_do():
    right(register="science.sciencetask", verb="change", unit="TDC")
    right(register="councils", verb="read", allowed=False, role="reader")
    department_role("ke-toan")
    department_role("van-thu", acts_as="officer")
    right(register="science.sciencetask", role="ke-toan")
    right(register="parties", verb="read", role="ke-toan")
    right(register="science.fundingrecord", role="van-thu", allowed=False)
    asked_accounts = [*ASKED, ("ke-toan", "VP"), ("van-thu", "QLKH")]
    users = {(role, unit): account(role, unit) for role, unit in asked_accounts}
    lines = {
        (line.register.name, line.action and line.action.name): line for line in permissions.lines(TODAY)
    }
    actors = {who: user.actor_on(TODAY) for who, user in users.items()}
    clients = {who: Client() for who in users}
    for who, client in clients.items():
        client.force_login(users[who])
    wrong, asked = [], Asked()
    for register in registers():
        path = path_to_unit(register)
        more = {path: users[Role.OFFICER, "TDC"].unit} if path else {}
        record = factory_of(register.model)(**more)
        for who, user in users.items():
            visit = Visit(user, actors[who], clients[who], register, record)
            of_actions = [
                (each, lines[register.name, each.name].cells[who]["act"]) for each in register.actions
            ]
            found = [
                *visit.wrong_verbs(lines[register.name, None].cells[who], asked),
                *visit.wrong_actions(of_actions, asked),
            ]
            wrong += [(who, register.name, *each) for each in found]
    assert wrong == []


@pytest.mark.django_db
def test_the_page_shows_the_cells(sign_in):
    account(Role.OFFICER, "QLKH")
    right(register="science.sciencetask", verb="change", unit="TDC", role="leader")
    page = tree(sign_in(Role.READER, "TTRA").get("/permissions/"))
    rows = {" ".join(each.find("th").text_content().split()): each for each in page.xpath("//tbody/tr")}
    actions = sum(len(register.actions) for register in registers())
    assert len(page.xpath("//tbody/tr")) == len(registers()) + actions + len(RIGHTS)
    heads = [each.text for each in page.xpath("(//table)[1]/thead//th")][2:]
    cells = [" ".join(each.text_content().split()) for each in rows["Nhiệm vụ KH&CN"].xpath("td")][1:]
    found = dict(zip(heads, cells, strict=True))
    assert found["Chỉ xem"] == "Xem, chọn khi nhập, xuất Excel: mọi đơn vị"
    assert "Thêm, sửa, xóa, đính kèm tệp, thực hiện nghiệp vụ: QLKH" in found["Chuyên viên"]
    assert found["Tổ chức bên ngoài"] == "Của mình: xem, chọn khi nhập, xuất Excel"


@pytest.mark.django_db
def test_lines_outside_the_registers_are_what_accounts_can_really_do():
    addresses = {
        "Lập, tổng hợp, trình báo cáo": "/reports/new/",
        "Nhập từ tệp Excel": "/import/upload/",
        "Xem và kiểm tra nhật ký": "/log/",
        "Quản lý tài khoản và quyền": "/accounts/",
        "Xác nhận cấp mật khẩu (người thứ hai)": "/password-issues/",
    }
    for who in ASKED:
        account(*who)
    lines = {str(line.right.label): line.cells for line in permissions.other_lines(TODAY)}
    own = {
        role for (role, code), cell in lines["Soạn mục của báo cáo"].items() if code and cell["act"] == "own"
    }
    assert own == {Role.OFFICER, Role.HEAD}
    wrong = []
    for who in ASKED:
        client = Client()
        client.force_login(account(*who))
        for label, address in addresses.items():
            shown = lines[label][who]["act"]
            status = (
                client.post(address).status_code if "upload" in address else client.get(address).status_code
            )
            if (status != 403) != bool(shown):
                wrong.append((who, label, shown, status))
    assert wrong == []
