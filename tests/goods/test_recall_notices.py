"""A party has one notice with all its lots, answers for each of them, and gets a letter that says what an official letter has to say."""

import subprocess
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.core import mail
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from khcn.goods.documents import RECALL_LETTER
from khcn.goods.jobs import mail_notice
from khcn.goods.models import Location, RecallNotice, RecallNoticeLot
from khcn.goods.operations.recall_notices import counts_in_words, counts_to_begin_with
from khcn.goods.work import notice_work
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.text.fold import sort_key
from khcn.reference.models import AdminLevel
from tests.factories.goods import LocationFactory, LotFactory, RecallNoticeFactory, TradeItemFactory
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory, RuleParameterFactory
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_recalls import (
    BY_DECISION,
    chain,
    department,
    editor,
    issue,
    lift,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def recall(chain, starch, editor, department):
    RuleParameterFactory(code="goods.recall_answer_days", value=3, unit="working_day")
    return issue(take(opened(editor, starch), "scope", editor), editor)


@pytest.fixture
def notice(recall, starch):
    """That of the maker, about the starch and the noodles."""
    return recall.notices.get(party__organisation=starch.item.organisation)


def counted(notice):
    return list(notice.lots.order_by("pk").values_list("lot_name", "counted"))


def test_lots_that_are_reached_later_are_in_a_notice_of_their_own(recall, notice, chain, starch, editor):
    """Who was informed of some lots learns of the others alone, and what it answered stands."""
    maker = of(starch.item.organisation)
    item = TradeItemFactory(organisation=starch.item.organisation, name="Bánh đa")
    cakes = LotFactory(item=item, made_on=MADE)
    write(starch, chain, "use", 5, maker, into=cakes)
    write(cakes, chain, "make", 8, maker)
    take(recall, "review", editor)
    first, second = recall.notices.filter(party=notice.party).order_by("code")
    assert (first, first.lots.count()) == (notice, 2)
    assert (second.code, second.goods) == ("TH-2023-01/004", f"Bánh đa {cakes.number}")
    assert [(each.lot_path, each.expected) for each in second.lots.all()] == [(cakes.public_path, 8)]
    take(recall, "review", editor)
    assert recall.notices.count() == 4


def test_an_answer_says_of_each_lot_what_is_left(notice, starch, noodles):
    begun = counts_to_begin_with(notice, actor=SYSTEM, on=TODAY)["counted"]
    assert begun.split("\n") == [
        f"{starch.number} (Tinh bột dong, kg):",
        f"{noodles.number} (Miến dong, kg):",
    ]
    maker = of(starch.item.organisation)
    lines = f"\n {noodles.number}  (Miến dong, kg): 1.009,5\n\n{starch.number} (Tinh bột dong, kg) :0\n"
    take(notice, "answer", maker, counted=lines)
    assert counted(notice) == [("Tinh bột dong", 0), ("Miến dong", Decimal("1009.5"))]
    again = counts_to_begin_with(notice, actor=SYSTEM, on=TODAY)["counted"]
    assert again.split("\n")[1] == f"{noodles.number} (Miến dong, kg): 1.009,5"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("{starch} (Tinh bột dong, kg): 3", "Chưa ghi số còn giữ của: Miến dong {noodles}"),
        ("{starch} (Tinh bột dong, kg): 3\n{noodles} (Miến dong, kg):", "Chưa ghi số còn giữ của: Miến dong {noodles}"),
        ("{starch} (Tinh bột dong, kg): 3\nLÔ LẠ: 4", "Không rõ dòng “LÔ LẠ: 4”"),
        ("3", "Không rõ dòng “3”"),
        ("{starch} (Tinh bột dong, kg): -1\n{noodles} (Miến dong, kg): 0", "không nhỏ hơn 0"),
        ("{starch} (Tinh bột dong, kg): ba\n{noodles} (Miến dong, kg): 0", "Chưa đọc được “ba”"),
    ],
)  # fmt: skip
def test_an_answer_that_leaves_a_lot_out_is_refused(notice, starch, noodles, lines, why):
    words = {"starch": starch.number, "noodles": noodles.number}
    with pytest.raises(Refused) as refused:
        take(notice, "answer", of(starch.item.organisation), counted=lines.format(**words))
    assert why.format(**words) in str(refused.value)
    notice.refresh_from_db()
    assert (notice.state, counted(notice)) == ("waiting", [("Tinh bột dong", None), ("Miến dong", None)])


@pytest.mark.parametrize("unit", ["PA", "BG", "BO", "H87"])
def test_pieces_are_counted_in_whole_numbers(notice, starch, noodles, unit):
    lot = notice.lots.get(lot_name="Miến dong")
    with acting(SYSTEM):
        lot.unit = unit
        lot.save()
    name = lot.get_unit_display()
    lines = f"{starch.number} (Tinh bột dong, kg): 0,5\n{noodles.number} (Miến dong, {name}): "
    with pytest.raises(Refused) as refused:
        take(notice, "answer", SYSTEM, counted=f"{lines}1.234,5")
    assert str(refused.value) == (
        f"Miến dong {noodles.number} đếm theo {name} nên số còn giữ là số nguyên. Hãy xem lại “1.234,5”."
    )
    assert counted(notice) == [("Tinh bột dong", None), ("Miến dong", None)]
    take(notice, "answer", SYSTEM, counted=f"{lines}1.234,0")  # more than on record: the record may be wrong
    assert counted(notice) == [("Tinh bột dong", Decimal("0.5")), ("Miến dong", 1234)]


def test_lots_of_one_name_and_number_have_lines_of_their_own(notice, noodles):
    twin = notice.lots.get(lot_name="Tinh bột dong")
    with acting(SYSTEM):
        twin.lot_name, twin.lot_number = "Miến dong", noodles.number
        twin.save()
    counts = {twin.lot_path: Decimal(1), noodles.public_path: Decimal(2)}
    take(notice, "answer", SYSTEM, counted=counts_in_words(notice, counts))
    assert dict(notice.lots.values_list("lot_path", "counted")) == counts


def test_the_mail_names_all_lots_with_their_amounts_and_the_day(recall, notice, starch, noodles):
    with acting(SYSTEM):
        notice.email = "htx@vidu.vn"
        notice.save()
        mail_notice(notice.pk)
    [message] = mail.outbox
    assert message.subject == f"THU HỒI: Tinh bột dong {starch.number} và 1 lô khác ({notice.code})"
    assert f"- Tinh bột dong, lô {starch.number}, còn giữ theo nhật ký 10 kg\n" in message.body
    assert f"- Miến dong, lô {noodles.number}, còn giữ theo nhật ký 10 kg\n" in message.body
    assert "chậm nhất ngày 19/09/2023" in message.body  # three working days after Thursday


def test_where_lots_end_differently_each_is_named(recall, notice, starch, noodles, editor):
    other = take(opened(editor, noodles, code="TH-2023-02"), "scope", editor)
    take(other, "pause", editor, reason="Chờ kiểm nghiệm")
    lift(recall)
    notice.refresh_from_db()
    first, second = notice.ending.split("\n")
    assert first.startswith(f"Tinh bột dong {starch.number}: Đợt thu hồi này đã hết ngày")
    assert first.endswith("giao, bán, dùng lại được.")
    assert second.startswith(f"Miến dong {noodles.number}: ")
    assert "TH-2023-02" in second


@pytest.fixture
def renamed(starch):
    """The commune of the maker, which has another name today."""
    names = {"level": AdminLevel.COMMUNE, "full_name": "Xã Bằng Phúc"}
    before = AdminUnitFactory(valid_to=date(2023, 7, 1), **names)
    after = AdminUnitFactory(level=AdminLevel.COMMUNE, full_name="Xã Đồng Phúc", valid_from=date(2023, 7, 1))
    AdminUnitSuccessionFactory(predecessor=before, successor=after, effective_on=date(2023, 7, 1))
    organisation = starch.item.organisation
    with acting(SYSTEM):
        organisation.admin_unit, organisation.address = before, "Thôn Bản Chang"
        organisation.save()
    return before


@pytest.fixture
def printed(settings, notice, renamed, editor):
    """The letter to the maker."""
    settings.DEPARTMENT_TELEPHONE = "0209 3870 123"
    notice.party.refresh_from_db()
    draft = draft_paper(
        kind=RECALL_LETTER, record=RecallNotice.objects.get(pk=notice.pk), actor=editor, on=TODAY
    )
    return issue_paper(paper=draft, actor=editor, on=TODAY)


def test_the_letter_has_its_basis_day_amounts_telephone_and_the_name_of_today(printed, starch, noodles):
    data = printed.data
    assert (data["decision"], data["decided_on"]) == ("45/QĐ-SKHCN", "14/9/2023")
    assert data["legal_basis"] == "Điều 55 Luật An toàn thực phẩm số 55/2010/QH12"
    assert (data["answer_by"], data["finish_by"], data["telephone"]) == (
        "19/9/2023",
        "30/9/2023",
        "0209 3870 123",
    )
    assert data["address"] == "Thôn Bản Chang, Xã Bằng Phúc, nay là Xã Đồng Phúc"
    assert data["lots"] == [
        {"ordinal": "1", "name": "Tinh bột dong", "number": starch.number, "amount": "10 kg"},
        {"ordinal": "2", "name": "Miến dong", "number": noodles.number, "amount": "10 kg"},
    ]


@pytest.mark.parametrize(
    ("others", "shown"),
    [(0, "Thôn Bản Chang, xã Bằng Phúc, nay là Xã Đồng Phúc"), (1, "Thôn Bản Chang, xã Bằng Phúc")],
)
def test_a_party_without_a_commune_on_record_is_where_all_its_places_are(
    renamed, notice, starch, editor, others, shown
):
    organisation, before = starch.item.organisation, renamed
    with acting(SYSTEM):
        for place in Location.objects.filter(organisation=organisation):
            place.admin_unit = before
            place.save()
        organisation.admin_unit, organisation.address = None, "Thôn Bản Chang, xã Bằng Phúc"
        organisation.save()
        for _each in range(others):
            LocationFactory(organisation=organisation)
    notice.party.refresh_from_db()
    draft = draft_paper(
        kind=RECALL_LETTER, record=RecallNotice.objects.get(pk=notice.pk), actor=editor, on=TODAY
    )
    assert draft.data["address"] == shown


@pytest.mark.drawn
def test_the_letter_is_drawn_with_all_that(
    printed, starch, noodles, tmp_path, django_capture_on_commit_callbacks
):
    from khcn.kernel.papers.printing import finish_or_note_fault

    finish_or_note_fault(printed.pk)
    printed.refresh_from_db()
    path = tmp_path / "letter.pdf"
    with printed.pdf.content.open("rb") as stored:
        path.write_bytes(stored.read())
    text = " ".join(
        subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
        ).stdout.split()
    )
    for words in (
        "Căn cứ Điều 55 Luật An toàn thực phẩm số 55/2010/QH12 và Quyết định số 45/QĐ-SKHCN ngày 14/9/2023",
        f"1 Tinh bột dong {starch.number} 10 kg 2 Miến dong {noodles.number} 10 kg",
        "chậm nhất ngày 19/9/2023",
        "số điện thoại 0209 3870 123",
        "nay là Xã Đồng Phúc",
    ):
        assert words in text, words


def test_the_letter_of_a_drill_names_no_decision(chain, starch, editor):
    drill = take(take(opened(editor, starch, is_drill=True), "scope", editor), "drill", editor)
    words = RECALL_LETTER.context(drill.notices.first(), TODAY)
    assert [words[name] for name in ("decision", "decided_on", "legal_basis", "finish_by")] == [""] * 4
    assert BY_DECISION not in str(words)


def test_a_notice_of_before_gets_the_row_of_its_lot_and_gives_it_back():
    name = "0040_recall_notice_lots"
    migration = import_module(f"khcn.goods.migrations.{name}")
    with override_settings(MIGRATION_MODULES={}):
        apps = MigrationLoader(None).project_state(("goods", name)).apps
    lot = {"lot_name": "Miến dong", "lot_number": "MD-1", "lot_path": "/01/1/10/MD-1", "unit": "KGM"}
    with acting(SYSTEM):
        old = RecallNoticeFactory(goods="", expected=5, counted=4, **lot)
    migration.give_rows(apps, None)
    migration.give_rows(apps, None)
    old.refresh_from_db()
    assert old.goods == "Miến dong MD-1"
    [row] = RecallNoticeLot.objects.filter(notice=old).values(*lot, "expected", "counted", "sort_key")
    assert row == {**lot, "expected": 5, "counted": 4, "sort_key": sort_key("Miến dong")}
    apps.get_model("goods", "RecallNotice").objects.filter(pk=old.pk).update(lot_path="", counted=None)
    migration.take_rows_back(apps, None)
    old.refresh_from_db()
    assert (old.lot_path, old.counted) == (lot["lot_path"], 4)


def test_a_notice_waits_on_the_home_page_of_who_has_the_goods(
    client, tenant_of, chain, starch, shops, editor, department
):
    recall = opened(editor, starch, is_drill=True)
    take(recall, "scope", editor)
    issue(recall, editor)
    client.force_login(tenant_of(shops[0]))
    shown = client.get("/").content.decode()
    assert "Trả lời thông báo thu hồi" in shown
    waiting = {each.title for each in notice_work(editor, TODAY).items}
    assert waiting == {each.goods for each in recall.notices.filter(email="")}
    take(recall.notices.get(party__organisation=shops[0]), "answer", of(shops[0]), counted="50")
    assert "Trả lời thông báo thu hồi" not in client.get("/").content.decode()
