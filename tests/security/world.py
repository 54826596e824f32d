"""A small department with one of everything that an address can name, and the accounts that try every address."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.actors import acting as acting_as
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.models import Decision, SheetLayout
from khcn.kernel.numbering.operations import allocate
from khcn.kernel.papers.printing import finish_paper
from khcn.kernel.registers.attachments import attach
from khcn.parties.models import AccountRole, Delegation, PasswordIssue, RoleAssignment, RoleRight, User
from khcn.parties.operations.account_tokens import issue_token
from khcn.reports import operations as reports
from khcn.reports.freezing.approval import print_report
from khcn.reports.models import FrozenReport, Override
from khcn.science.models import ScienceTask
from khcn.trace.models import NamedQuery, Subscription
from khcn.trace.operations.api_keys import issue_key, revoke_key
from khcn.web.feed import renew_feed
from tests.factories.base import ATTACHED_AT
from tests.factories.parties import OrganisationFactory
from tests.factories.privacy import PersonIdentityFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.registry import factory_of
from tests.factories.trace import TracePartyFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.reports.approval_given import each_waived
from tests.web.conftest import account

DAY = date(2023, 9, 14)
PDF = b"%PDF-1.4\n" + "tệp thử".encode()
LONG = "Ơ" * 10_000
PASSWORD = "mat-khau-thu-nghiem"

# Who tries: a name, the role and the division. QLKH owns the task, the section and the file below.
PEOPLE = {
    "officer": (Role.OFFICER, "QLKH"),
    "other_officer": (Role.OFFICER, "QLCN"),
    "head": (Role.HEAD, "QLKH"),
    "other_head": (Role.HEAD, "QLCN"),
    "centre_officer": (Role.OFFICER, "TTUD"),
    "centre_head": (Role.HEAD, "TTUD"),
    "office": (Role.OFFICE, "VP"),
    "leader": (Role.LEADER, "BGD"),
    "admin": (Role.ADMIN, "VP"),
    "inspector": (Role.OFFICER, "TTRA"),
    "quality_officer": (Role.OFFICER, "TDC"),
    "reader": (Role.READER, "TTRA"),
}
# One register of each kind of ownership: their pages are asked for, the JSON interface of every register is.
SAMPLED = (
    "reference.adminunit",
    "reference.legaldocument",
    "parties.organisation",
    "directives.assignedtask",
    "science.sciencetask",
)


@dataclass
class World:
    """What the addresses name."""

    people: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)
    attachments: dict = field(default_factory=dict)
    # Records that nothing depends on, and without a file: deleting them is carried out.
    lonely: dict = field(default_factory=dict)
    decisions: dict = field(default_factory=dict)
    key: str = ""

    def actor(self, who):
        return self.people[who].actor


def build(version, *, frozen=True):
    """Make the world; ``version`` is a stored report definition."""
    world = World()
    for who, (role, unit) in PEOPLE.items():
        world.people[who] = account(role, unit)
    _granted(world)
    for name in SAMPLED:
        model = apps.get_model(name)
        led = {"lead_unit": world.people["officer"].unit} if name == "directives.assignedtask" else {}
        record = factory_of(model)(**led)
        world.records[name] = record
        with acting_as(SYSTEM):
            world.attachments[name] = attach(
                record=record, content=PDF, name="tệp thử.pdf", actor=SYSTEM, at=ATTACHED_AT
            )
    world.identity = PersonIdentityFactory()
    world.lonely = {"reference.legaldocument": LegalDocumentFactory()}
    with acting_as(SYSTEM):
        world.feed = renew_feed(user_id=world.people["leader"].pk)
    task = world.records["science.sciencetask"]
    world.deadline = Deadline.objects.filter(
        subject_model="science.sciencetask", subject_id=task.pk
    ).earliest("pk")
    _decisions(world)
    _outside(world)
    _files(world)
    _reports(world, version, frozen=frozen)
    _papers(world)
    _password_issues(world)
    _token(world)
    return world


def _password_issues(world):
    """One that another administrator asks for, and one that the administrator may use; both of people who decide."""
    other, at = account(Role.ADMIN, "QLCN"), timezone.now()
    asked = {"requested_at": at, "expires_at": at + timedelta(days=1), "two_persons": True}
    with acting_as(SYSTEM):
        rows = [
            PasswordIssue(account=world.people["head"], requested_by=other, **asked),
            PasswordIssue(account=world.people["other_head"], requested_by=world.people["admin"], confirmed_by=other,
                          confirmed_at=at, **asked),
        ]  # fmt: skip
        for row in rows:
            row.save()
    world.password_issues = [row.pk for row in rows]


def _papers(world):
    officer = world.actor("officer")
    world.draft = draft(accepted_task(), actor=officer)
    world.paper = issue(draft(accepted_task(), actor=officer), actor=officer)
    finish_paper(paper=world.paper, actor=SYSTEM)
    world.paper.refresh_from_db()
    with transaction.atomic():
        world.taken = allocate(
            book="CV", unit_code="SKHCN", on=DAY, pattern="{number}/CV-SKHCN", given_to="thư", actor=officer
        )
    world.template = bytes(world.paper.template.content) + b"\n# changed\n"


def _outside(world):
    """Two outside organisations: one that nothing of this world belongs to, and one that is itself on record in it."""
    own = {"tenant_a": OrganisationFactory(), "tenant_b": world.records["parties.organisation"]}
    with acting_as(SYSTEM):
        for name, organisation in own.items():
            world.people[name] = User.objects.create_user(
                name, password=PASSWORD, full_name="Tài khoản ngoài", organisation=organisation
            )
    world.party = TracePartyFactory(organisation=own["tenant_b"])
    world.key = issue_key(party=world.party, label="thử", actor=SYSTEM, at=timezone.now())
    query = NamedQuery.objects.create(
        party=world.party, name="thử", parameters="{}", created_at=timezone.now()
    )
    issue_key(party=world.party, label="cũ", actor=SYSTEM, at=timezone.now())
    ended = world.party.api_keys.get(label="cũ")
    revoke_key(key=ended, actor=SYSTEM, at=timezone.now())
    Subscription.objects.create(  # stopped
        query=query, key=ended, destination="https://nhan.example.vn", stream=True,
        initial_record_time=0, last_round=0, created_at=timezone.now(),
    )  # fmt: skip


def _token(world):
    officer, at = world.people["officer"], timezone.now()
    with acting_as(SYSTEM):
        issue_token(
            account=officer,
            name="thử",
            scope=["reference"],
            can_write=False,
            until=timezone.localdate(at),
            form_key=None,
            at=at,
        )
    world.token = officer.tokens.get().pk


def _granted(world):
    """An account whose role acts as no built-in one; what it may do was granted."""
    with acting_as(SYSTEM):
        AccountRole(code="thu-quy", name="Thủ quỹ", valid_from=DAY).save()
        RoleRight(
            role_id="thu-quy", register="science.sciencetask", verb="*", valid_from=DAY, reason="thử"
        ).save()
    world.people["granted"] = account("thu-quy", "VP")


def _decisions(world):
    """They begin after the days of the tests, so that they change nobody's rights and can still be withdrawn."""
    days = {"valid_from": date(2099, 1, 1), "valid_to": date(2099, 2, 1), "reason": "thử"}
    reader, head = world.people["reader"], world.people["head"]
    world.decisions["delegate"] = account(Role.READER, "QLCN")
    with acting_as(SYSTEM):
        world.role = AccountRole(code="van-thu", name="Văn thư", valid_from=date(2099, 1, 1))
        world.role.save()
        for kind, row in (
            ("assignment", RoleAssignment(user=reader, role_id="head", unit=reader.unit, **days)),
            ("right", RoleRight(role_id="reader", register="science", verb="change", **days)),
            ("delegation", Delegation(principal=head, delegate=reader, registers=["science"], **days)),
        ):
            row.save()
            world.decisions[kind] = row


def _files(world):
    reference_data()
    officer = world.actor("officer")

    def sent(*codes, **more):
        rows = [{**TASK, "code": code, "title": f"Nhiệm vụ {code}", **more} for code in codes]
        return intake.upload(content=book_of(ScienceTask, rows), name="thử.xlsx", actor=officer, on=DAY)

    world.previewed = sent("X1")
    world.asking = sent("X2", host="Trung tâm chưa có tên")
    world.committed = sent("X3")
    intake.confirm_import(batch=world.committed, actor=officer, on=DAY)
    world.question = intake.preview(batch=world.asking, actor=officer, on=DAY).questions[0].key
    with acting_as(SYSTEM):
        world.decision = Decision(
            key="cũ", column="host", heading="Chủ trì", value_text="TT cũ", action="skip", decided_on=DAY
        )
        world.decision.save()
        world.layout = SheetLayout(
            unit_code=officer.unit_code, fingerprint="0" * 64, sheet_name="Danh mục", kind="science.sciencetask",
            headings=["Mã số"], columns=[{"field": "code", "unit": 0}], decided_on=DAY,
        )  # fmt: skip
        world.layout.save()


def _reports(world, version, *, frozen):
    office = world.actor("office")
    world.report = reports.create_report(form_version=version, year=2023, actor=office, on=DAY)
    world.section = world.report.sections.get(key="A.III.2.a")
    reports.set_override(
        section=world.section, code="NV-02", aspect="value", data={"value": "31"}, reason="thử",
        actor=office, on=DAY,
    )  # fmt: skip
    world.override = Override.objects.get()
    world.submitted = _submitted(version, office, "b")
    if frozen:
        world.frozen = _submitted(version, office, "c")
        reports.approve_report(
            instance=world.frozen,
            actor=world.actor("leader"),
            on=DAY,
            waivers=each_waived(world.frozen, "thử"),
        )
        print_report(frozen=FrozenReport.objects.get(instance=world.frozen), actor=SYSTEM)


def _submitted(version, office, variant):
    made = reports.create_report(
        form_version=version, year=2023, variant=variant, variant_label=variant, actor=office, on=DAY
    )
    for section in made.sections.all():
        reports.hand_in_section(section=section, actor=office, on=DAY)
    reports.compile_report(instance=made, actor=office, on=DAY)
    reports.submit_report(instance=made, actor=office, on=DAY)
    return made


def pdf_file(name="mới.pdf"):
    """A file to send with a form."""
    return ContentFile(PDF + name.encode(), name=name)


def own_record(world, register, rights):
    """A record of the register; one that can have an owner belongs to the division QLKH or to the organisation of tenant_b."""
    if rights.own in {"", "pk"} and register.name in world.records:
        return world.records[register.name]
    if register.name == "trace.traceparty":  # tenant_b has one already
        return world.party
    owner = (
        world.people["officer"].unit
        if rights.own in {"lead_unit", "unit"}
        else world.people["tenant_b"].organisation
    )
    return factory_of(register.model)(**rights.given, **({rights.own: owner} if rights.own else {}))


def changed_nothing(record):
    """A log entry that changed nothing of its record, so that undoing it changes nothing either."""
    with acting_as(SYSTEM):
        log_change(record, {}, {})
    return ChangeEntry.objects.filter(model=record._meta.label_lower).latest("pk").pk
