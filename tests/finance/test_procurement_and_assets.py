"""Packages within their plans, assets of tasks and the law by which they are handled."""

from datetime import date

import pytest

from khcn.finance.models import TaskAsset, TenderPackage
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.reference.models import RuleParameter
from tests.factories.finance import ProcurementPlanFactory, TaskAssetFactory, TenderPackageFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory
from tests.finance.test_money import (
    CLERK,
    SCIENTIST,
    TODAY,
    _rules,  # noqa: F401 -- the rules of this area
    change,
    enter,
    take,
    terms,
)

pytestmark = pytest.mark.django_db
AWARD = {"awarded_on": date(2023, 5, 10), "award_amount": 450_000_000}


def package(plan=None, **values):
    values.setdefault("contractor", OrganisationFactory())
    return enter(TenderPackageFactory, plan=plan or ProcurementPlanFactory(), **values)


def test_a_package_is_completed_by_the_day_of_its_contract():
    made = package(**AWARD, complete_by=date(2023, 8, 31))
    assert terms(made) == {"package": (date(2023, 8, 31), None)}
    change(made, cancelled_on=date(2023, 8, 1))
    assert terms(made) == {}
    change(made, cancelled_on=None, completed_on=date(2023, 9, 1))
    assert terms(made) == {"package": (date(2023, 8, 31), date(2023, 9, 1))}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({**AWARD, "contractor": None}, "chọn nhà thầu"),
        ({**AWARD, "awarded_on": date(2023, 4, 9)}, "10/04/2023"),
        ({**AWARD, "completed_on": date(2023, 9, 15)}, "chưa đến"),
        ({**AWARD, "completed_on": TODAY, "cancelled_on": TODAY}, "không ghi hủy thầu"),
        ({"estimated_amount": 2_000_000_001}, "tổng giá trị của kế hoạch"),
    ],
)
def test_what_a_package_is_refused_for(values, words):
    with pytest.raises(Refused, match=words):
        package(**values)


def test_a_plan_is_not_less_than_its_packages_nor_after_their_awards():
    made = package(**AWARD)
    with pytest.raises(Refused, match="Các khoản đã ghi cộng lại 500"):
        change(made.plan, total_amount=499_999_999)
    made.plan.refresh_from_db()
    with pytest.raises(Refused, match="10/05/2023"):
        change(made.plan, decided_on=date(2023, 5, 11))


def test_own_work_has_no_contractor():
    made = package(**AWARD, method="own_work", contractor=None)
    assert TenderPackage.objects.get() == made


# ---------------------------------------------------------------------------------------------- assets


def test_an_asset_is_handed_over_in_seven_days_of_its_decision():
    asset = enter(TaskAssetFactory, actor=SCIENTIST, task=ScienceTaskFactory())
    take(asset, "propose", actor=SCIENTIST, proposed_on=date(2023, 8, 1))
    with pytest.raises(Refused, match="01/08/2023"):
        take(asset, "decide", decision_number="1", decided_on=date(2023, 7, 31), handling_form="to_host")
    asset.refresh_from_db()
    receiver = OrganisationFactory()
    take(
        asset, "decide", decision_number="1/QĐ-UBND", decided_on=date(2023, 9, 1), handling_form="to_host",
        receiver=receiver,
    )  # fmt: skip
    # The seventh day is Friday 08/09/2023.
    assert terms(asset) == {"asset_hand_over": (date(2023, 9, 8), None)}
    with pytest.raises(Refused, match="Bỏ bước ghi nhầm"):
        change(asset, name="Máy khác")
    asset.refresh_from_db()
    take(asset, "hand-over", handed_over_on=date(2023, 9, 12))
    assert terms(asset)["asset_hand_over"][1] == date(2023, 9, 12)
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(TaskAsset), asset, actor=CLERK, on=TODAY)
    for state in ("decided", "proposed", "in_use"):
        take(asset, "take-back-asset", actor=SCIENTIST, reason="Nhầm")
        assert asset.state == state
    assert (asset.decision_number, asset.handling_form, asset.receiver, asset.corrected) == (
        "",
        "",
        None,
        True,
    )
    assert terms(asset) == {}


@pytest.mark.parametrize(
    ("decided_on", "basis"),
    [
        (date(2025, 10, 13), "70/2018/NĐ-CP"),
        (date(2025, 10, 14), "267/2025/NĐ-CP"),
        (None, "267/2025/NĐ-CP"),
    ],
)
def test_an_asset_is_handled_by_the_law_of_the_day_of_its_decision(decided_on, basis):
    for rule in RuleParameter.objects.filter(code="finance.asset_hand_over_days"):
        number = "267/2025/NĐ-CP" if rule.valid_to is None else "70/2018/NĐ-CP"
        rule.legal_document = LegalDocumentFactory(number=number)
        with acting(SYSTEM):
            rule.save()
    TaskAssetFactory(decided_on=decided_on)
    assert TaskAsset.objects.with_basis(on=date(2025, 12, 1)).get().legal_basis == basis
