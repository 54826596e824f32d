"""Contests: entries under their codes, scores of the jury, prizes and their publication; and rights that are renewed."""

from datetime import date
from decimal import Decimal

import pytest

from khcn.ip.documents import PRIZES
from khcn.ip.models import (
    ContestCriterion,
    ContestEdition,
    ContestEntry,
    ContestJuror,
    ContestScore,
    IpAsset,
)
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, remove_row, save_row
from tests.factories.base import an_actor
from tests.factories.ip import (
    ContestCriterionFactory,
    ContestEditionFactory,
    ContestEntryFactory,
    ContestJurorFactory,
    ContestScoreFactory,
    IpAssetFactory,
)
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.integrity.given import put

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.HEAD, "QLCN")
TODAY = date(2023, 9, 14)


@pytest.fixture
def edition():
    """Two jurors and two criteria."""
    made = ContestEditionFactory(year=2023, launched_on=date(2023, 5, 1))
    ContestCriterionFactory.create_batch(2, edition=made)
    ContestJurorFactory.create_batch(2, edition=made)
    return made


def take(record, name, actor=OFFICER, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=TODAY)
    record.refresh_from_db()
    return record


def score(entry, juror, criterion, points):
    made = ContestScore(
        entry=entry, juror=juror, criterion=criterion, points=points, scored_on=date(2023, 9, 1)
    )
    save_row(register_of(ContestScore), made, actor=OFFICER, on=TODAY)
    return made


def scored(edition, *points):
    """An admitted entry with all its scores."""
    entry = take(ContestEntryFactory(edition=edition), "admit")
    given = iter(points)
    for juror in edition.jurors.order_by("pk"):
        for criterion in edition.criteria.order_by("pk"):
            score(entry, juror, criterion, next(given))
    return entry


def test_the_points_of_an_entry_are_the_mean_of_its_jurors(edition):
    entry = scored(edition, 30, 20, 35, Decimal("25.5"))
    assert ContestEntry.objects.with_points().get(pk=entry.pk).points == Decimal("55.25")
    waiting = ContestEntryFactory(edition=edition)
    assert ContestEntry.objects.with_points().get(pk=waiting.pk).points is None


def test_an_entry_shows_jurors_its_code_alone(edition):
    entry = ContestEntryFactory(edition=edition)
    assert str(entry) == entry.code
    shown = {getattr(each, "path", each) for each in register_of(ContestScore).columns}
    assert shown == {"entry", "juror", "criterion", "points", "scored_on"}


def test_scores_are_of_the_jury_of_the_contest_within_its_points(edition):
    entry = ContestEntryFactory(edition=edition)
    juror, criterion = edition.jurors.first(), edition.criteria.first()
    with pytest.raises(Refused, match="đã nhận"):
        score(entry, juror, criterion, 30)
    take(entry, "admit")
    for wrong in (
        (ContestJurorFactory(), criterion, 30),
        (juror, ContestCriterionFactory(), 30),
        (juror, criterion, 41),
    ):
        with pytest.raises(Refused):
            score(entry, *wrong)
    score(entry, juror, criterion, 40)


def test_nobody_judges_and_takes_part(edition):
    entry, juror = ContestEntryFactory(edition=edition), edition.jurors.first()
    with pytest.raises(Refused, match="không làm giám khảo"):
        save_row(
            register_of(ContestJuror),
            ContestJuror(edition=edition, code="GK-X", person=entry.person),
            actor=OFFICER,
            on=TODAY,
        )
    mine = ContestEntryFactory.build(edition=edition, person=juror.person)
    with pytest.raises(Refused, match="là giám khảo"):
        save_row(register_of(ContestEntry), mine, actor=OFFICER, on=TODAY)


def test_nobody_judges_and_takes_part_by_one_workbook():
    """Neither the contest nor the person is on record yet."""
    edition, person = ContestEditionFactory.build(), PersonFactory.build(organisation=None)
    juror = ContestJuror(edition=edition, code="GK-1", person=person)
    entry = ContestEntryFactory.build(edition=edition, person=person)
    for first, second in ((juror, entry), (entry, juror)):
        context = ValidationContext(OFFICER, TODAY)
        found = [
            list(register_of(type(row)).writer.validate([Write(row)], context)) for row in (first, second)
        ]
        assert [len(each) for each in found] == [0, 1]


def test_a_prize_waits_for_each_juror_and_the_publication_for_each_entry(edition):
    entry = take(ContestEntryFactory(edition=edition), "admit")
    ContestScoreFactory(entry=entry, juror=edition.jurors.first(), criterion=edition.criteria.first())
    with pytest.raises(Refused, match="còn thiếu 3 điểm"):
        take(entry, "award", prize="1_first")
    with pytest.raises(Refused, match="Còn 1 bài"):
        take(edition, "publish", published_on=TODAY)
    take(entry, "reject", reason="nộp sai thể lệ")
    with pytest.raises(Refused, match="Chưa có bài dự thi nào đạt giải"):
        take(edition, "publish", published_on=TODAY)


def test_published_results_stay(edition):
    first, second = scored(edition, 40, 40, 40, 40), scored(edition, 1, 1, 1, 1)
    take(first, "award", prize="2_second")
    with pytest.raises(Refused):
        take(first, "take-back", reason="ghi nhầm giải")
    take(first, "take-back", actor=HEAD, reason="ghi nhầm giải")
    assert (first.state, first.prize) == ("admitted", "")
    take(first, "award", prize="1_first")
    take(second, "close")
    with pytest.raises(Refused):
        take(edition, "publish", published_on=date(2023, 4, 30))
    take(edition, "publish", published_on=date(2023, 9, 12), publication="Trang thông tin của Sở")
    with pytest.raises(Refused, match="đã công bố"):
        take(first, "take-back", actor=HEAD, reason="ghi nhầm giải")
    with pytest.raises(Refused):
        remove_row(register_of(ContestScore), first.scores.first(), actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match="đã công bố"):
        save_row(
            register_of(ContestEntry), ContestEntryFactory.build(edition=edition), actor=OFFICER, on=TODAY
        )


def test_the_decision_about_prizes_lists_them_in_their_order(edition):
    third, first = scored(edition, 1, 1, 1, 1), scored(edition, 40, 40, 40, 40)
    take(third, "award", prize="3_third")
    with pytest.raises(PaperRefused, match="Còn 1 bài"):
        draft_paper(kind=PRIZES, record=edition, actor=OFFICER, on=TODAY)
    take(first, "award", prize="1_first")
    paper = issue_paper(
        paper=draft_paper(kind=PRIZES, record=edition, actor=OFFICER, on=TODAY), actor=OFFICER, on=TODAY
    )
    assert [row["prize"] for row in paper.data["prizes"]] == ["Giải nhất", "Giải ba"]
    first.title = "Tên khác"
    with pytest.raises(Refused):
        save_row(register_of(ContestEntry), first, actor=OFFICER, on=TODAY)


def test_results_are_due_on_the_day_of_the_plan(edition):
    edition.result_planned_on = date(2023, 10, 20)
    save_row(register_of(ContestEdition), edition, actor=OFFICER, on=TODAY)
    term = Deadline.objects.get(subject_model="ip.contestedition", subject_id=edition.pk)
    assert (term.kind, term.due_on, term.met_on) == ("ip.result", date(2023, 10, 20), None)
    take(scored(edition, 40, 40, 40, 40), "award", prize="1_first")
    take(edition, "publish", published_on=date(2023, 9, 12))
    term.refresh_from_db()
    assert term.met_on == date(2023, 9, 12)


def test_renewal_of_a_mark_is_applied_for_until_its_last_day():
    """07/02/2024 is a Wednesday. A patent cannot be renewed."""
    days = {"granted_on": date(2014, 3, 20), "expires_on": date(2024, 2, 7)}
    for kind in ("collective", "patent"):
        asset = IpAssetFactory.build(owner=OrganisationFactory(), kind=kind, **days)
        save_row(register_of(IpAsset), asset, actor=OFFICER, on=TODAY)
    term = Deadline.objects.get(subject_model="ip.ipasset")
    assert (term.kind, term.due_on) == ("ip.renewal", date(2024, 2, 7))
    assert IpAsset.objects.get(pk=term.subject_id).kind == "collective"


def test_renewal_ends_with_its_application_or_with_the_right():
    days = {"granted_on": date(2014, 3, 20), "expires_on": date(2023, 8, 2)}
    filed, ended = (IpAssetFactory.build(owner=OrganisationFactory(), kind="trademark", **days) for _ in "ab")
    register = register_of(IpAsset)
    for asset in (filed, ended):
        save_row(register, asset, actor=OFFICER, on=date(2023, 7, 3))
    filed.renewal_filed_on = date(2023, 7, 20)
    save_row(register, filed, actor=OFFICER, on=TODAY)
    ended.ended_on = date(2023, 8, 2)
    save_row(register, ended, actor=HEAD, on=TODAY)  # its last day has passed
    term = Deadline.objects.get(subject_model="ip.ipasset")
    assert (term.subject_id, term.met_on) == (filed.pk, date(2023, 7, 20))
    filed.expires_on = date(2033, 8, 2)
    with pytest.raises(Refused, match="để trống ngày nộp đơn gia hạn"):
        save_row(register, filed, actor=OFFICER, on=TODAY)
    filed.renewal_filed_on = None
    save_row(register, filed, actor=OFFICER, on=TODAY)
    term.refresh_from_db()
    assert (term.due_on, term.met_on) == (date(2033, 8, 2), None)


def test_the_standing_of_a_right_follows_from_its_days():
    def standings(*days, **values):
        asset = IpAssetFactory(**values)
        return [IpAsset.objects.with_standing(on=day).get(pk=asset.pk).standing for day in days]

    right = {"filed_on": date(2013, 2, 10), "granted_on": date(2014, 3, 20), "expires_on": date(2024, 2, 10)}
    days = (date(2013, 2, 9), date(2014, 3, 19), date(2014, 3, 20), date(2024, 2, 11))
    assert standings(*days, **right) == ["preparing", "filed", "in_force", "expired"]
    assert standings(date(2020, 1, 1), date(2020, 1, 2), **right, ended_on=date(2020, 1, 2)) == [
        "in_force",
        "ended",
    ]
    assert standings(TODAY) == ["preparing"]
    assert standings(TODAY, expires_on=date(2023, 1, 1)) == ["preparing"]  # it was never granted


def test_what_a_prize_rests_on_is_not_moved_elsewhere(edition):
    entry, other = scored(edition, 40, 40, 40, 40), take(ContestEntryFactory(edition=edition), "admit")
    take(entry, "award", prize="1_first")
    moved = entry.scores.first()
    moved.entry = other
    with pytest.raises(Refused, match="đạt giải"):
        save_row(register_of(ContestScore), moved, actor=OFFICER, on=TODAY)
    take(other, "reject", reason="nộp sai thể lệ")
    take(edition, "publish", published_on=date(2023, 9, 12))
    next_year = ContestEditionFactory(year=2024)
    for row in (edition.jurors.first(), edition.criteria.first(), entry, other):
        row.edition = next_year
        with pytest.raises(Refused):
            save_row(register_of(type(row)), row, actor=OFFICER, on=TODAY)


def test_what_belongs_to_the_jury_of_one_contest_stays_in_it(edition):
    """Scores of another contest decide nothing, and all entries of one contest have the same jury."""
    entry = scored(edition, 40, 40, 40, 40)
    entry.edition = ContestEditionFactory(year=2024)
    with pytest.raises(Refused, match="đã có điểm chấm"):
        save_row(register_of(ContestEntry), entry, actor=OFFICER, on=TODAY)
    entry.refresh_from_db()
    waiting = take(ContestEntryFactory(edition=edition), "admit")
    moved = ContestScoreFactory(
        entry=waiting, juror=edition.jurors.first(), criterion=edition.criteria.first()
    )
    put(moved, juror=ContestJurorFactory())
    with pytest.raises(Refused, match="còn thiếu 4 điểm"):
        take(waiting, "award", prize="1_first")
    take(entry, "award", prize="1_first")
    for more in (
        ContestJuror(edition=edition, code="GK-X", person=PersonFactory()),
        ContestCriterion(edition=edition, code="TC-X", name="Tính mới", maximum=10),
    ):
        with pytest.raises(Refused, match="Chấm lại"):
            save_row(register_of(type(more)), more, actor=OFFICER, on=TODAY)


def test_a_contest_whose_results_are_public_stays_as_it_was(edition):
    take(scored(edition, 40, 40, 40, 40), "award", prize="1_first")
    take(edition, "publish", published_on=date(2023, 9, 12))
    edition.ordinal = 9
    with pytest.raises(Refused, match="đã công bố"):
        save_row(register_of(ContestEdition), edition, actor=OFFICER, on=TODAY)


def test_the_head_takes_back_what_was_entered_by_mistake(edition):
    entry, other = scored(edition, 40, 40, 40, 40), take(ContestEntryFactory(edition=edition), "admit")
    take(other, "reject", reason="nhầm dòng")
    take(other, "take-up-again", actor=HEAD, reason="nhầm dòng")
    assert other.state == "entered"
    take(other, "reject", reason="nộp sai thể lệ")
    take(entry, "award", prize="1_first")
    take(edition, "publish", published_on=date(2023, 9, 12), publication="Trang thông tin của Sở")
    with pytest.raises(Refused):
        take(edition, "take-back-publication", reason="nhầm ngày")
    take(edition, "take-back-publication", actor=HEAD, reason="nhầm ngày")
    assert (edition.published_on, edition.publication) == (None, "")
    take(edition, "publish", published_on=date(2023, 9, 13))
