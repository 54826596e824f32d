"""The way of an application: steps in order, late renewals said in words, and the licence with its terms and its paper."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.documents.model import Table
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.radiation.documents import CERTIFICATE, LICENCE, RETURN_LETTER
from khcn.radiation.models import (
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationStaffCertificate,
)
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.radiation import (
    PracticeFactory,
    RadiationApplicationItemFactory,
    RadiationFacilityFactory,
    RadiationLicenceApplicationFactory,
    RadiationLicenceFactory,
    RadiationLicenceItemFactory,
    RadiationWorkerFactory,
)

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
OFFICER, HEAD = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.HEAD, "QLCN")
TODAY = date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


@pytest.fixture
def facility():
    made = RadiationFacilityFactory(name="Trung tâm Y tế A")
    RadiationWorkerFactory(facility=made, role="officer")
    return made


def take(application, name, actor=OFFICER, on=TODAY, **values):
    """One step, as the button takes it."""
    register = register_of(RadiationLicenceApplication)
    run(action_to_run(register, name), register, application.pk, values, actor=actor, on=on)
    application.refresh_from_db()
    return application


def applied(facility, **values):
    """A new application, entered by the officer."""
    application = RadiationLicenceApplicationFactory.build(
        facility=facility,
        practice=values.pop("practice", None) or PracticeFactory(),
        received_on=values.pop("received_on", date(2023, 6, 1)),
        **values,
    )
    save_row(register_of(RadiationLicenceApplication), application, actor=OFFICER, on=TODAY)
    return application


def appraised(facility, **values):
    """The same with something to license, complete and appraised."""
    application = applied(facility, **values)
    RadiationApplicationItemFactory(application=application)
    take(application, "complete", completed_on=date(2023, 6, 5))
    return take(application, "appraise", appraised_on=date(2023, 6, 12), appraisal="Đủ điều kiện")


def present_licence(facility, expires_on=date(2023, 8, 31)):
    return RadiationLicenceFactory(
        facility=facility, issued_on=expires_on.replace(year=expires_on.year - 3), expires_on=expires_on
    )


def due(record, kind):
    return Deadline.objects.get(subject_model=record._meta.label_lower, subject_id=record.pk, kind=kind)


def issue(kind, record, on=TODAY):
    return issue_paper(
        paper=draft_paper(kind=kind, record=record, actor=OFFICER, on=on), actor=OFFICER, on=on
    )


# --------------------------------------------------------------------------------------- coming in


@pytest.mark.parametrize(
    ("received_on", "words"),
    [
        (date(2023, 7, 17), "Nộp đúng hạn: hạn nộp hồ sơ gia hạn là ngày 17/07/2023."),
        (date(2023, 7, 18), "Nộp chậm 1 ngày: hạn nộp hồ sơ gia hạn là ngày 17/07/2023."),
        (date(2023, 8, 31), "Nộp chậm 45 ngày: hạn nộp hồ sơ gia hạn là ngày 17/07/2023."),
    ],
)
def test_a_renewal_says_whether_it_came_in_time(facility, received_on, words):
    """45 days before 31/08/2023 is Monday 17/07/2023."""
    licence = present_licence(facility)
    application = applied(facility, kind="renewal", licence=licence, received_on=received_on)
    assert application.filing_note == words
    term = due(licence, "radiation.renewal")
    assert (term.due_on, term.met_on) == (date(2023, 7, 17), received_on)


def test_the_renewal_of_a_lapsed_licence_is_an_application_for_a_new_one(facility):
    with pytest.raises(Refused, match=r"hết hiệu lực ngày 31/08/2023.*Hãy lập hồ sơ cấp mới"):
        applied(facility, kind="renewal", licence=present_licence(facility), received_on=date(2023, 9, 1))


def test_an_application_names_a_licence_of_the_same_facility_or_none(facility):
    other = present_licence(RadiationFacilityFactory())
    for values in (
        {"kind": "new", "licence": present_licence(facility)},
        {"kind": "renewal", "licence": None},
        {"kind": "amendment", "licence": other},
    ):
        with pytest.raises((Refused, ValidationError)):
            RadiationLicenceApplicationFactory.build(
                facility=facility, practice=PracticeFactory(), **values
            ).full_clean()


# ------------------------------------------------------------------------------------------- steps


def test_the_term_of_the_answer_runs_from_the_complete_dossier(facility):
    """25 days from Monday 05/06/2023."""
    application = appraised(facility)
    assert application.state == "appraised"
    term = due(application, "radiation.answer")
    assert (term.starts_on, term.due_on, term.met_on) == (date(2023, 6, 5), date(2023, 6, 30), None)


@pytest.mark.both
def test_steps_are_dated_in_their_order(facility):
    application = applied(facility)
    for wrong in (date(2023, 5, 31), date(2023, 9, 15)):
        with pytest.raises(Refused):
            take(application, "complete", completed_on=wrong)
    take(application, "complete", completed_on=date(2023, 6, 5))
    with pytest.raises(Refused, match="05/06/2023"):
        take(application, "appraise", appraised_on=date(2023, 6, 4))
    with pytest.raises(Refused):
        take(application, "complete", completed_on=date(2023, 6, 6))
    application.refresh_from_db()
    assert application.state == "complete"


def test_an_application_is_returned_with_its_reason(facility):
    application = take(
        applied(facility), "return", decided_on=date(2023, 6, 9), reason="Thiếu kết quả kiểm xạ"
    )
    assert (application.state, application.decided_on, application.return_reason) == (
        "returned",
        date(2023, 6, 9),
        "Thiếu kết quả kiểm xạ",
    )
    paper = issue(RETURN_LETTER, application)
    document = compose_document(
        read_layout(RETURN_LETTER.template.read_bytes()), RETURN_LETTER.variable_names, paper.data
    )
    assert "Thiếu kết quả kiểm xạ" in str(document)
    application.received_on = date(2023, 6, 2)
    with pytest.raises(Refused, match="không sửa được"):
        save_row(register_of(RadiationLicenceApplication), application, actor=OFFICER, on=TODAY)


def test_a_licence_signed_on_paper_is_entered_by_the_head(facility):
    licence = present_licence(facility)
    RadiationLicenceItemFactory(licence=licence, ordinal=1)
    application = applied(facility, kind="renewal", licence=licence, practice=licence.practice)
    values = {"number": "07/GP-SKHCN", "issued_on": date(2023, 7, 3)}
    with pytest.raises(Refused):
        take(application, "record-licence", **values)
    take(application, "record-licence", actor=HEAD, **values)
    made = application.granted
    assert (application.state, made.kind, made.expires_on) == ("granted", "renewal", date(2026, 7, 3))
    assert [each.device for each in made.items.all()] == [each.device for each in licence.items.all()]
    licence.refresh_from_db()
    assert licence.replaced_on == date(2023, 7, 3)
    assert due(licence, "radiation.expiry").met_on == date(2023, 7, 3)
    other = applied(facility)
    with pytest.raises(Refused, match="07/GP-SKHCN"):
        take(other, "record-licence", actor=HEAD, **values)


# ------------------------------------------------------------------------------------------ papers


@pytest.mark.both
def test_the_paper_of_a_licence_grants_it(facility):
    application = appraised(facility)
    paper = issue(LICENCE, application)
    application.refresh_from_db()
    licence = application.granted
    assert (application.state, application.decided_on) == ("granted", TODAY)
    assert (licence.number, licence.issued_on, licence.expires_on) == (
        paper.number_text,
        TODAY,
        date(2026, 9, 14),
    )
    assert [each.device for each in licence.items.all()] == [each.device for each in application.items.all()]
    assert due(application, "radiation.answer").met_on == TODAY
    # 45 days before 14/09/2026 is Friday 31/07/2026.
    assert due(licence, "radiation.renewal").due_on == date(2026, 7, 31)
    document = compose_document(
        read_layout(LICENCE.template.read_bytes()), LICENCE.variable_names, paper.data
    )
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert application.items.get().device.name in str(table)
    assert "31/7/2026" in str(document)


def test_no_licence_before_the_appraisal_nor_without_devices_or_an_officer(facility):
    application = applied(facility)
    for says, change in (
        ("Ghi kết quả thẩm định", lambda: None),
        (
            "chưa ghi thiết bị",
            lambda: take(take(application, "complete", completed_on=TODAY), "appraise", appraised_on=TODAY),
        ),
        ("người phụ trách an toàn", lambda: RadiationApplicationItemFactory(application=application)),
    ):
        change()
        if says.startswith("người"):
            with acting(SYSTEM):
                facility.workers.all()[0].delete()
        with pytest.raises(PaperRefused, match=says):
            draft_paper(kind=LICENCE, record=application, actor=OFFICER, on=TODAY)


def test_a_withdrawn_licence_opens_its_application_again_and_the_earlier_one_is_in_force(facility):
    earlier = present_licence(facility, date(2023, 12, 31))
    application = appraised(facility, kind="renewal", licence=earlier, practice=earlier.practice)
    paper = issue(LICENCE, application)
    earlier.refresh_from_db()
    assert earlier.replaced_on == TODAY
    notice = withdraw_paper(paper=paper, reason="Cấp nhầm", actor=OFFICER, on=TODAY)
    issue_paper(paper=notice, actor=OFFICER, on=TODAY)
    for row in (application, earlier):
        row.refresh_from_db()
    assert (application.state, application.granted, application.decided_on) == ("appraised", None, None)
    assert RadiationLicence.objects.get(number=paper.number_text).ended_on == TODAY
    assert earlier.replaced_on is None
    assert due(application, "radiation.answer").met_on is None


def test_a_replacing_paper_puts_a_new_licence_in_the_place_of_the_first(facility):
    application = appraised(facility)
    first = issue(LICENCE, application)
    second = issue_paper(
        paper=replace_paper(paper=first, reason="Sai số sê-ri", actor=OFFICER, on=TODAY),
        actor=OFFICER,
        on=TODAY,
    )
    application.refresh_from_db()
    assert (application.state, application.granted.number) == ("granted", second.number_text)
    standing = {each.number: each.standing for each in RadiationLicence.objects.with_standing(on=TODAY)}
    assert standing == {first.number_text: "ended", second.number_text: "in_force"}


def test_the_paper_of_a_certificate_puts_it_on_record(facility):
    worker = facility.workers.get()
    paper = issue(CERTIFICATE, worker)
    certificate = RadiationStaffCertificate.objects.get()
    assert (certificate.worker, certificate.number, certificate.expires_on) == (
        worker,
        paper.number_text,
        date(2028, 9, 14),
    )
    with pytest.raises(PaperRefused):
        draft_paper(kind=CERTIFICATE, record=worker, actor=OFFICER, on=TODAY)


# ------------------------------------------------------------------------------------------- terms


@pytest.mark.both
def test_a_licence_lapses_by_its_day_alone(facility):
    licence = present_licence(facility)
    seen = {
        day: RadiationLicence.objects.with_standing(on=day).get().standing
        for day in (date(2023, 8, 31), date(2023, 9, 1))
    }
    assert seen == {date(2023, 8, 31): "in_force", date(2023, 9, 1): "expired"}
    register = register_of(RadiationLicence)
    run(
        action_to_run(register, "end"), register, licence.pk,
        {"ended_on": date(2023, 6, 1), "reason": "Thôi chụp X-quang"}, actor=OFFICER, on=TODAY,
    )  # fmt: skip
    assert RadiationLicence.objects.with_standing(on=date(2023, 7, 1)).get().standing == "ended"
    assert list(Deadline.objects.filter(subject_model=licence._meta.label_lower)) == []


def test_a_licence_that_replaces_another_is_taken_away_with_what_followed(facility):
    earlier = present_licence(facility)
    register = register_of(RadiationLicence)
    later = RadiationLicenceFactory.build(
        facility=facility, practice=earlier.practice, kind="renewal", supersedes=earlier,
        number="MH-05/GP-SKHCN", issued_on=date(2023, 8, 1), expires_on=date(2026, 8, 1),
    )  # fmt: skip
    save_row(register, later, actor=OFFICER, on=TODAY)
    earlier.refresh_from_db()
    assert earlier.replaced_on == date(2023, 8, 1)
    remove_row(register, later, actor=OFFICER, on=TODAY)
    earlier.refresh_from_db()
    assert earlier.replaced_on is None
    foreign = RadiationLicenceFactory.build(
        facility=RadiationFacilityFactory(),
        practice=earlier.practice,
        supersedes=earlier,
        number="09/GP-SKHCN",
    )
    with pytest.raises(Refused, match="cơ sở khác"):
        save_row(register, foreign, actor=OFFICER, on=TODAY)
