"""Look-ups of labels as figures of producers and of the province, and copies as findings that a person looks at."""

from datetime import date, timedelta

import pytest

from khcn.goods.enums import CopyVerdict, PartyFindingKind
from khcn.goods.models import LabelScan, PartyFinding
from khcn.goods.operations.copied_codes import why_not_reviewed
from khcn.goods.operations.scans import remove_old_scans, take_over_scans
from khcn.goods.operations.supervision import look_at_reports
from khcn.goods.work import copy_work
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.trace.models import CopiedCode, ScanDay
from khcn.trace.operations import scan_writing
from khcn.trace.operations.scan_buffer import ScanBuffer
from khcn.trace.operations.scan_writing import DAYS_RULE, NETWORKS_RULE, write_scans
from tests.factories.base import an_actor
from tests.factories.goods import LabelScanFactory, LocationFactory, LotFactory
from tests.factories.parties import ProducerFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_supervision import capture

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """And always the same key: of a random one two networks may have one number."""
    monkeypatch.setattr(scan_writing.secrets, "token_hex", lambda size: "ab" * size)
    RuleParameterFactory(code=NETWORKS_RULE, value=5, valid_from=date(2019, 1, 1))
    RuleParameterFactory(code=DAYS_RULE, value=7, valid_from=date(2019, 1, 1))


@pytest.fixture
def lot():
    return LotFactory(item__name="Miến dong", number="A/21", made_on=MADE, published_on=TODAY)


@pytest.fixture
def maker(lot):
    return of(lot.item.organisation)


@pytest.fixture
def editor():
    return an_actor(unit_code="TDC")


def looked_up(path, thing="", places=1, on=YESTERDAY, first=0):
    scans = ScanBuffer()
    for number in range(first, first + places):
        scans.note(path=path, thing=thing, address=f"198.51.{number}.7", day=on)
    write_scans(scans)


@pytest.fixture
def serial(lot, maker):
    """A packet of the lot, which its maker has numbered."""
    place = LocationFactory(organisation=lot.item.organisation)
    entry = write(lot, place, "harvest", 10, maker)
    path = f"/01/{lot.item.number}/21/A1"
    made = {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "eventTime": "2022-05-10T13:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "epcList": [f"https://id.gs1.org{path}"],
    }
    capture(lot.item.organisation.trace_parties.get(), made, at=entry.created_at)
    return path


def figures(rows):
    return sorted((each.path, each.item, each.lot, each.scanned_on, each.scans) for each in rows)


def copies(on=TODAY):
    look_at_reports(actor=SYSTEM, on=on)
    return list(PartyFinding.objects.filter(kind=PartyFindingKind.COPIED, over_on__isnull=True))


# ------------------------------------------------------------------------------------------- figures


def test_look_ups_of_a_day_are_a_figure_of_product_and_lot(lot):
    product = f"/01/{lot.item.number}"
    looked_up(lot.public_path, places=3)
    looked_up(product, places=2)
    looked_up(lot.public_path, places=9, on=TODAY)  # which is not over
    take_over_scans(actor=SYSTEM, on=TODAY)
    assert figures(LabelScan.objects.all()) == [
        (product, lot.item, None, YESTERDAY, 2),
        (lot.public_path, lot.item, lot, YESTERDAY, 3),
    ]
    assert [each.day for each in ScanDay.objects.all()] == [TODAY]
    looked_up(lot.public_path, first=20)  # written late
    take_over_scans(actor=SYSTEM, on=TODAY + timedelta(days=1))
    assert sorted(each[3:] for each in figures(LabelScan.objects.filter(lot=lot))) == [
        (YESTERDAY, 4),
        (TODAY, 9),
    ]


def test_a_producer_sees_its_own_figures_and_the_province_all(lot, maker, editor):
    other = LabelScanFactory()
    looked_up(lot.public_path)
    looked_up("/01/09529999999996/10/L1")  # of a program: no register has it
    looked_up("/8006/095212340000370102/10/L1")
    take_over_scans(actor=SYSTEM, on=TODAY)
    [own] = LabelScan.objects.filter(lot=lot)
    assert set(LabelScan.objects.visible_to(maker)) == {own}
    assert set(LabelScan.objects.visible_to(of(other.item.organisation))) == {other}
    assert not LabelScan.objects.visible_to(of(ProducerFactory()))
    assert LabelScan.objects.visible_to(editor).count() == 4


def test_who_enters_the_code_of_another_learns_nothing(lot):
    TracePartyFactory(confirmed_codes=lot.item.number)
    looked_up(lot.public_path)
    take_over_scans(actor=SYSTEM, on=TODAY)
    assert figures(LabelScan.objects.all()) == [(lot.public_path, None, None, YESTERDAY, 1)]


def test_figures_are_removed_after_the_days_of_the_rule():
    old, young = (LabelScanFactory(scanned_on=TODAY - timedelta(days=each)) for each in (731, 730))
    assert remove_old_scans(actor=SYSTEM, on=TODAY) == 0
    RuleParameterFactory(code="goods.scan_days", value=730, valid_from=date(2019, 1, 1))
    assert remove_old_scans(actor=SYSTEM, on=TODAY) == 1
    assert set(LabelScan.objects.all()) == {young}
    assert old.pk != young.pk


# ------------------------------------------------------------------------------------------- copies


def test_a_copy_is_a_finding_with_its_days(lot, serial, editor, maker):
    looked_up(lot.public_path, serial, 4, on=date(2023, 9, 12))
    assert copies() == []
    looked_up(lot.public_path, serial, 3, first=3)
    [found] = copies()
    assert found.words == "Quét ở nhiều nơi: 13/09/2023: 3 nơi, 3 lượt; 12/09/2023: 4 nơi, 4 lượt."
    assert (found.subject, found.lot, found.party.organisation) == (serial, lot, lot.item.organisation)
    looked_up(lot.public_path, serial, 2, on=TODAY)
    [line] = copy_work(editor, TODAY).items
    number = serial.partition("/21/")[2]
    assert line.title == f"{lot.item.name}, lô {lot.number}, số sê-ri {number}"
    assert line.what == "Xem xét nhãn có thể bị sao chép"
    assert copy_work(an_actor(unit_code="KHTC"), TODAY).items == copy_work(maker, TODAY).items == ()
    [again] = copies(TODAY + timedelta(days=1))
    assert again == found
    assert again.words.startswith("Quét ở nhiều nơi: 14/09/2023: 2 nơi, 2 lượt; 13/09/2023")


def test_a_finding_is_over_when_a_person_has_looked_at_it(lot, serial, editor):
    looked_up(lot.public_path, serial, 5)
    [found] = copies()
    take(found, "review", editor, verdict=CopyVerdict.GENUINE, review="Hàng mẫu ở hội chợ")
    assert (found.over_on, found.reviewed_on, found.review) == (TODAY, TODAY, "Hàng mẫu ở hội chợ")
    code = CopiedCode.objects.get()
    assert (code.reviewed_on, code.is_warned) == (TODAY, False)
    assert copies() == []
    assert copy_work(editor, TODAY).items == ()
    looked_up(lot.public_path, serial, 5, on=TODAY + timedelta(days=1))
    [new] = copies(TODAY + timedelta(days=2))
    assert (new.pk != found.pk, new.reviewed_on, new.review) == (True, None, "")


def test_what_is_a_copy_stays_marked_on_its_page(lot, serial, editor):
    looked_up(lot.public_path, serial, 5)
    [found] = copies()
    take(found, "review", editor, verdict=CopyVerdict.COPY, review="Đã thu giữ 20 gói ở chợ")
    assert CopiedCode.objects.get().is_warned
    looked_up(lot.public_path, serial, 9, on=TODAY + timedelta(days=1))
    assert copies(TODAY + timedelta(days=2)) == []


def test_a_review_has_words_and_is_of_copies_alone(lot, serial, editor, maker):
    looked_up(lot.public_path, serial, 5)
    [found] = copies()
    with pytest.raises(Refused, match="Hãy ghi đã kiểm tra thế nào"):
        take(found, "review", editor, verdict=CopyVerdict.COPY, review=" ")
    with pytest.raises(NotVisible):
        take(found, "review", maker, verdict=CopyVerdict.COPY, review="Không sao")
    with pytest.raises(NotPermitted):
        take(found, "review", an_actor(unit_code="KHTC"), verdict=CopyVerdict.COPY, review="Không sao")
    take(found, "review", editor, verdict=CopyVerdict.COPY, review="Đã xem")
    with pytest.raises(Refused, match="Đã xem xét ngày 14/09/2023"):
        take(found, "review", editor, verdict=CopyVerdict.COPY, review="Lần nữa")
    stale = PartyFinding(party=found.party, kind=PartyFindingKind.STALE, words="Lâu không báo")
    assert why_not_reviewed(stale, actor=editor, on=TODAY).startswith("Phát hiện này tự hết")


def test_a_number_that_is_only_printed_is_one_of_the_producer_of_its_lot(lot):
    looked_up(lot.public_path, f"/01/{lot.item.number}/21/IN-1", 5)
    [found] = copies()
    assert (found.lot, found.party.organisation) == (lot, lot.item.organisation)


def test_a_copy_of_nobodys_code_breaks_nothing(lot):
    looked_up("/01/09529999999996/10/L1", "/01/09529999999996/21/A1", 5)
    assert copies() == []
