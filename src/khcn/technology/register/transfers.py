"""Registers of contracts that transfer technology, and of the certificates of S&T enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.technology import indicators, operations, rules
from khcn.technology.deadlines import CONTRACT_DEADLINES
from khcn.technology.enums import CertificateStanding
from khcn.technology.models import EnterpriseCertificate, TransferContract
from khcn.technology.register.base import TechnologyRegister
from khcn.technology.workflow import CONTRACT_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.technology.models.transfers import EnterpriseCertificateQuerySet


def as_of(records: EnterpriseCertificateQuerySet, on: date) -> EnterpriseCertificateQuerySet:
    """Whether a certificate is in force on the day of the page."""
    return records.with_standing(on=on)


@register
class TransferContracts(TechnologyRegister):
    model = TransferContract
    slug = "transfer-contracts"
    icon = "arrows-exchange"
    columns = (
        Column("code", look="link"),
        "technology",
        "transferor",
        "transferee",
        "received_on",
        Column("state", look="badge"),
        "certificate_number",
        "registered_on",
        Column("price", look="money", hidden=True),
        Column("direction", hidden=True),
        Column("signed_on", hidden=True),
        Column("valid_until", hidden=True),
    )
    filters = {
        "direction": ["exact"],
        "transferor": ["exact"],
        "transferee": ["exact"],
        "state": ["exact"],
        "signed_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
        "received_on": ["gte", "lt"],
        "registered_on": ["gte", "lt"],
    }
    search = ("transferor", "transferee")
    form = (
        Section(_("Hợp đồng"), "code", "technology", "direction", "transferor", "transferee"),
        Section(_("Nội dung hợp đồng"), "contract_number", "signed_on", "valid_until", "price"),
        Section(_("Hồ sơ đăng ký"), "received_on", "note"),
    )
    outcome = Section(
        _("Đăng ký"), "certificate_number", "registered_on", "closed_on", "ended_on", "ending_reason"
    )
    panel_of = (
        Panel("transferor", _("Công nghệ đã chuyển giao"), position=88),
        Panel("transferee", _("Công nghệ đã nhận chuyển giao"), position=89),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("signed_on", "received_on")
    workflow = CONTRACT_FLOW
    effects = {
        "record_registration": Effect(operation=operations.record_registration, subject="contract"),
        "close": Effect(operation=operations.close_contract, subject="contract"),
        "end": Effect(operation=operations.end_contract, subject="contract"),
        "take_back_registration": Effect(operation=operations.take_back_registration, subject="contract"),
        "take_up_again": Effect(operation=operations.take_up_contract, subject="contract"),
        "take_back_end": Effect(operation=operations.take_back_end, subject="contract"),
    }
    deadlines = CONTRACT_DEADLINES
    indicators = indicators.CONTRACTS
    writer = operations.ContractWriter()
    actions = (
        correction(
            name="correct-contract",
            label=_("Đính chính ngày nhận hồ sơ"),
            operation=operations.correct_contract,
            subject="contract",
            writes=("received_on",),
            who=rules.technology_staff,
            guard=operations.why_still_open,
            source=TransferContract,
            initial=initial_from_stored_values("received_on"),
            inputs=(Section(_("Hồ sơ đăng ký"), "received_on"),),
        ),
    )
    owned = (
        OwnedFields(
            ("code", "received_on"),
            _("Hồ sơ đã được giải quyết. Ghi nhầm ngày nhận thì bấm “Đính chính ngày nhận hồ sơ”."),
            where=operations.acted_contracts,
            covers_empty=True,
        ),
        OwnedFields(
            (
                "technology",
                "direction",
                "transferor",
                "transferee",
                "contract_number",
                "signed_on",
                "valid_until",
                "price",
            ),
            _(
                "Hồ sơ đã được giải quyết. Lãnh đạo phòng bỏ ghi bước đó rồi mới sửa được; giấy lập trong hệ thống thì lập dự thảo "
                "thay thế trước."
            ),
            where=operations.decided_contracts,
            covers_empty=True,
        ),
    )


@register
class EnterpriseCertificates(TechnologyRegister):
    model = EnterpriseCertificate
    slug = "enterprise-certificates"
    icon = "certificate"
    columns = (
        Column("number", look="link"),
        "enterprise",
        "kind",
        "issued_on",
        "ended_on",
        Column("validity", _("Hiệu lực"), look="badge", choices=tuple(CertificateStanding.choices)),
        Column("ending_reason", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "enterprise": ["exact"],
        "issued_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    derived_filters = {"validity": (_("Hiệu lực"), tuple(CertificateStanding.choices))}
    search = ("enterprise",)
    form = (
        Section(_("Giấy chứng nhận"), "number", "kind", "enterprise", "products"),
        Section(_("Hiệu lực"), "issued_on", "ended_on", "ending_reason"),
    )
    panel_of = (Panel("enterprise", _("Giấy chứng nhận doanh nghiệp KH&CN"), position=90),)
    natural_key = ("number", "issued_on")
    lookup = "number"
    order = ("-issued_on", "number")
    date_field = "issued_on"
    happened = ("issued_on", "ended_on")
    annotate = as_of
    indicators = indicators.ENTERPRISES
    writer = PastDayWriter("issued_on", "ended_on")
