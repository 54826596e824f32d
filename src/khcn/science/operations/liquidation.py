"""Why the contract of a task is not liquidated: what is not done of the task, its money and its assets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.finance.models import AdvancePayment, PaymentReduction, TaskAsset, YearSettlement
from khcn.finance.queries import OpenMatters, open_matters
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.numbers import format_money
from khcn.kernel.workflow import Category
from khcn.science.enums import MilestoneKind
from khcn.science.operations.order import decisive_acceptance, failed_acceptance, registration_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import State
    from khcn.science.models import ScienceTask
    from khcn.science.queries import TaskStep


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that the liquidation waits for, and the tab of the task's file that shows it."""

    text: str
    tab: str


def waits_for_liquidation(state: State, steps: Sequence[TaskStep]) -> bool:
    """Is there a contract that was signed, and not liquidated? Of one that ended early the money and the assets are left."""
    if state.final and state.category is not Category.ENDED_EARLY:
        return False
    return any(each.kind == MilestoneKind.CONTRACT_SIGNED for each in steps) or bool(
        decisive_acceptance(steps)
    )


def ended_early(steps: Sequence[TaskStep]) -> bool:
    """Was the task stopped, or its contract terminated?"""
    return any(each.kind in {MilestoneKind.STOPPED, MilestoneKind.TERMINATED} for each in steps)


def obstacles(task: ScienceTask, steps: Sequence[TaskStep], *, actor: Actor, on: date) -> list[Obstacle]:
    """All that the liquidation waits for, as of a day. Amounts and names are for those who read these registers."""
    steps = [each for each in steps if each.on <= on]
    return [*_of_task(steps, on), *_of_money(task, steps, actor, on)]


def _of_task(steps: Sequence[TaskStep], on: date) -> Iterator[Obstacle]:
    if ended_early(steps):
        pass  # there is no result to accept and register
    elif decisive_acceptance(steps) is None:
        yield Obstacle(_("Chưa nghiệm thu."), "councils")
    elif failed_acceptance(steps, on=on) is None and registration_in_force(steps) is None:
        yield Obstacle(_("Chưa đăng ký kết quả thực hiện nhiệm vụ."), "products")
    if all(each.kind != MilestoneKind.SETTLED for each in steps):
        yield Obstacle(_("Chưa quyết toán kinh phí."), "budget")


def _of_money(task: ScienceTask, steps: Sequence[TaskStep], actor: Actor, on: date) -> Iterator[Obstacle]:
    found = open_matters(task.pk, on=on)
    may = {
        model: register_of(model).may("read", actor)
        for model in (AdvancePayment, PaymentReduction, YearSettlement, TaskAsset)
    }
    if found.outstanding:
        text = _("Tạm ứng chưa thanh toán hết: %(amount)s.") % {"amount": format_money(found.outstanding)}
        hidden = _("Tạm ứng chưa thanh toán hết.")
        yield Obstacle(text if may[AdvancePayment] else hidden, "budget")
    if found.unrecovered:
        text = _("Giảm trừ, thu hồi chưa nộp: %(amount)s.") % {"amount": format_money(found.unrecovered)}
        hidden = _("Giảm trừ, thu hồi chưa nộp.")
        yield Obstacle(text if may[PaymentReduction] else hidden, "budget")
    if found.years:
        text = _("Hồ sơ quyết toán chưa phê duyệt: năm %(years)s.") % {
            "years": ", ".join(map(str, found.years))
        }
        hidden = _("Hồ sơ quyết toán năm chưa phê duyệt.")
        yield Obstacle(text if may[YearSettlement] else hidden, "budget")
    if found.assets:
        text = _("Tài sản chưa xử lý xong: %(names)s.") % {"names": "; ".join(found.assets)}
        hidden = _("Tài sản chưa xử lý xong.")
        yield Obstacle(text if may[TaskAsset] else hidden, "assets")
    elif not found.has_assets and all(each.kind != MilestoneKind.ASSETS_HANDLED for each in steps):
        yield Obstacle(
            _(
                "Chưa ghi tài sản của nhiệm vụ. Không có tài sản phải xử lý thì ghi mốc “Xử lý tài sản”, nêu ở ghi chú."
            ),
            "assets",
        )


def why_not_liquidated(task: ScienceTask, kind: str, *, on: date) -> str:
    """Why the liquidation is not recorded as of a day: money is outside, or assets are not handled. "" for any other milestone."""
    if kind != MilestoneKind.LIQUIDATED or task.pk is None:
        return ""
    found: OpenMatters = open_matters(task.pk, on=on)
    if not found:
        return ""
    what = [
        (found.outstanding, _("tạm ứng chưa thanh toán hết")),
        (found.unrecovered, _("giảm trừ, thu hồi chưa nộp")),
        (found.years, _("quyết toán năm chưa phê duyệt")),
        (found.assets, _("tài sản chưa xử lý xong")),
    ]
    text = _("Chưa thanh lý hợp đồng được: còn %(what)s. Xem thẻ “Kinh phí”, “Tài sản” của nhiệm vụ.")
    return text % {"what": ", ".join(words for is_open, words in what if is_open)}
