"""The certificate that the transfer of technology by a contract is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.numbers import format_money
from khcn.parties.models import Organisation
from khcn.technology import operations, rules
from khcn.technology.documents.letter import FOLDER
from khcn.technology.models import TransferContract
from khcn.technology.workflow import CONTRACT_FLOW, RECEIVED, REGISTERED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def _context(contract: TransferContract, on: date) -> dict[str, Any]:
    direction = str(contract.get_direction_display())
    return {
        "technology": contract.technology,
        "direction_in_words": direction[:1].lower() + direction[1:],  # the names of countries stay
        "transferor": contract.transferor.name,
        "transferee": contract.transferee.name,
        "contract_number": contract.contract_number,
        "signed_on": day_text(contract.signed_on),
        "valid_until": day_text(contract.valid_until),
        "price": "" if contract.price is None else format_money(contract.price),
    }


def _why_over(contract: TransferContract, on: date) -> str:
    """Why nothing is left to certify; "" while the contract is in force."""
    if contract.valid_until is None or contract.valid_until >= on:
        return ""
    text = gettext("Hợp đồng có hiệu lực đến ngày %(day)s, đã hết. Hãy xem lại thời hạn của hợp đồng.")
    return text % {"day": day_text(contract.valid_until)}


def _missing(contract: TransferContract, on: date) -> str:
    if contract.state == RECEIVED:
        return _why_over(contract, on)
    if contract.state == REGISTERED:  # it is replaced as it was given
        return ""
    state = CONTRACT_FLOW.by_value[contract.state]
    return gettext("Hồ sơ ở trạng thái “%(state)s” nên không cấp giấy chứng nhận.") % {"state": state.label}


def _had_already(contract: TransferContract, on: date) -> str:
    if not contract.certificate_number:
        return ""
    return gettext("Hợp đồng đã có giấy chứng nhận số %(number)s.") % {"number": contract.certificate_number}


def _issued(*, record: TransferContract, paper: Paper, actor: Actor, on: date) -> None:
    earlier = paper.replaces.number_text if paper.replaces else ""
    operations.register(contract=record, number=paper.number_text, actor=actor, on=on, instead_of=earlier)


def _withdrawn(*, record: TransferContract, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_registration(contract=record, number=paper.number_text, actor=actor, on=on)


def _contradicted(*, paper: Paper, record: TransferContract, on: date, at_issue: bool) -> str:
    if record.ended_on is None:
        return ""
    return gettext("Giấy chứng nhận hết hiệu lực từ ngày %(day)s: %(reason)s") % {
        "day": day_text(record.ended_on),
        "reason": record.ending_reason,
    }


def _transferee(data: Mapping[str, Any]) -> str:
    return str(data["transferee"])


CERTIFICATE: Final = declare_paper_kind(
    PaperKind(
        code="technology-transfer-certificate",
        label=_("Giấy chứng nhận đăng ký chuyển giao công nghệ"),
        model=TransferContract,
        template=FOLDER / "transfer-certificate.toml",
        book=operations.CERTIFICATE_BOOK,
        pattern="{number}/GCN-CGCN",
        who=rules.technology_staff,
        context=_context,
        missing=_missing,
        contradicted=_contradicted,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_transferee,
        printed=(
            PrintedRows(
                TransferContract,
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
            ),
            PrintedRows(Organisation, ("name",), "transferred_technology", changes_only=True),
            PrintedRows(Organisation, ("name",), "received_technology", changes_only=True),
        ),
        variables=(
            TemplateVariable("technology", _("Công nghệ chuyển giao"), "Sấy gỗ bằng hơi nước"),
            TemplateVariable("direction_in_words", _("Hình thức, viết thường"), "trong nước"),
            TemplateVariable("transferor", _("Bên giao"), "Viện A"),
            TemplateVariable("transferee", _("Bên nhận"), "Công ty B"),
            TemplateVariable("contract_number", _("Số hợp đồng"), "05/HĐCGCN"),
            TemplateVariable("signed_on", _("Ngày ký hợp đồng"), "10/5/2023"),
            TemplateVariable("valid_until", _("Hợp đồng có hiệu lực đến ngày"), "31/12/2026"),
            TemplateVariable("price", _("Giá chuyển giao"), "250.000.000 đồng"),
        ),
    )
)
