"""Two people create the same record in the same moment: one of them does, the other is refused with the reason."""

from datetime import date

from tests.security.concurrent_helpers import a_world, at_once, browser, opened, posting, statuses

ROUNDS = 4


def two_people_make_the_same_thing():
    """The same report, the same key, the same answer, the same definition, the same bytes: a refusal, and no error of the server."""
    from khcn.kernel.registers.models import Attachment
    from khcn.reports.models import ReportInstance

    world = a_world()
    offices = [browser(world.people["office"]) for _each in range(2)]
    new = {"form": world.report.form_version.code, "year": "2022", "window": "nine_months:1"}
    answers = at_once(*(posting(each, "/reports/new/", new) for each in offices))
    assert statuses(answers) in ([303, 409], [303, 422]), statuses(answers)
    assert ReportInstance.objects.filter(year=2022).count() == 1

    pair = [browser(world.people["officer"]), browser(world.people["head"])]
    answer = {f"answer-{world.question}": "create:"}
    answers = at_once(*(posting(each, f"/import/{world.asking.pk}/decide/", answer) for each in pair))
    assert set(statuses(answers)) <= {303, 422}, statuses(answers)
    assert 303 in statuses(answers)

    number = {
        "number": "77/QĐ-THU",
        "kind": "decision",
        "issued_on": "10/5/2023",
        "issuer": "UBND tỉnh",
        "subject": "Một",
    }
    answers = at_once(*(posting(each, "/reference/legal-documents/new/", number) for each in offices))
    assert statuses(answers) == [303, 422], statuses(answers)

    from tests.security.world import pdf_file

    document = world.records["reference.legaldocument"]
    answers = at_once(
        *(
            posting(each, f"{document.get_absolute_url()}files/", {"file": pdf_file("một.pdf")})
            for each in offices
        )
    )
    assert statuses(answers) == [303, 303], statuses(answers)
    assert Attachment.objects.filter(name="một.pdf").count() == 2


def two_people_give_one_number_or_code():
    """Numbers of a year without a book, numbers that no book gives, and a code in capitals and not."""
    from khcn.kernel.actors import Role
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.registry import register_of
    from khcn.kernel.registers.writing import save_row
    from tests.factories.base import an_actor
    from tests.factories.councils import CouncilMeetingFactory
    from tests.factories.parties import OrganisationFactory
    from tests.factories.reference import LegalDocumentFactory
    from tests.factories.science import OperationCertificateFactory

    officer, on = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5)

    def saving(record):
        return lambda: save_row(register_of(type(record)), record, actor=officer, on=on)

    for number in range(ROUNDS):
        meetings = [CouncilMeetingFactory(held_on=date(2021, 5, 4)) for _each in range(2)]
        for each in meetings:
            each.minutes_number = f"7{number}/BB-HĐKHCN"
        certificates = [
            OperationCertificateFactory.build(number=f"9{number}/ĐK-KHCN", holder=OrganisationFactory())
            for _each in range(2)
        ]
        documents = [
            LegalDocumentFactory.build(number=text) for text in (f"8{number}/QĐ-THU", f"8{number}/qđ-thu")
        ]
        for pair in (meetings, certificates, documents):
            results = at_once(*map(saving, pair))
            refused = [each for each in results if isinstance(each, Refused)]
            assert (results.count([]), len(refused)) == (1, 1), (pair, results)


def a_grade_ends_while_a_result_with_it_is_recorded():
    """Whichever comes first: no record names a grade that is not in force on its day."""
    import json

    from khcn.reference.models import CodeListItem
    from khcn.science.models import MeetingItem
    from tests.factories.councils import SeatedMeetingFactory
    from tests.factories.reference import GradeFactory
    from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory

    world = a_world()
    officer, office = browser(world.people["officer"]), browser(world.people["office"])

    def sending(client, method, address, content, **headers):
        send = getattr(client, method)
        return lambda: send(address, json.dumps(content), content_type="application/json", headers=headers)

    for round_ in range(ROUNDS):
        grade = GradeFactory(code=f"g{round_}", label=f"Khá {round_}")
        meeting = SeatedMeetingFactory(kind="acceptance", held_on=date(2023, 6, 20))
        task = ScienceTaskFactory()
        TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
        address = f"/api/reference/code-list-items/{grade.pk}/"
        ended = {"If-Match": office.get(address)["ETag"]}
        keys = {"meeting": {"id": meeting.pk}, "task": {"id": task.pk}, "grade": {"id": grade.pk}}
        answers = at_once(
            sending(office, "patch", address, {"valid_to": "2023-06-15"}, **ended),
            sending(officer, "post", "/api/science/meeting-items/", {**keys, "passed": True}),
        )
        assert statuses(answers) in ([200, 422], [201, 422]), [each.content for each in answers]
        is_ended = CodeListItem.objects.get(pk=grade.pk).valid_to is not None
        assert MeetingItem.objects.filter(grade=grade).exists() is not is_ended


def what_a_new_record_names_is_deleted_in_the_same_moment():
    """Whichever comes first, the other one is refused in words, at the field that names what is gone."""
    import time

    from khcn.science.models import TaskProposal
    from tests.factories.parties import OrganisationFactory
    from tests.factories.reference import FieldGroupFactory

    world = a_world()
    officer, office = browser(world.people["officer"]), browser(world.people["office"])
    group = FieldGroupFactory()
    seen = []
    for number in range(3 * ROUNDS):
        proposer = OrganisationFactory()
        typed = {
            "code": f"CUNG-LUC-{number}",
            "title": f"Đề xuất cùng lúc {number}",
            "level": "province",
            "for_year": "2026",
            "outcome": "open",
            "received_on": "5/9/2026",
            "proposer": f"#{proposer.pk}",
            "field_group": f"#{group.pk}",
            "confirmed": "1",
        }
        sent = opened(officer, "/science/proposals/new/", **typed)

        def deleting(address=f"/api/parties/organisations/{proposer.pk}/", delay=0.004 * number):
            time.sleep(delay)
            return office.delete(address, headers={"If-Match": "*"})

        made, deleted = at_once(posting(officer, "/science/proposals/new/", sent), deleting)
        is_made = TaskProposal.objects.filter(code=typed["code"]).exists()
        is_there = type(proposer).objects.filter(pk=proposer.pk).exists()
        seen.append((made.status_code, deleted.status_code))
        assert (is_made, is_there) in {(True, True), (False, False)}, seen
        assert seen[-1] in {(303, 409), (422, 204)}, (seen, made.content.decode()[-3000:], deleted.content)
