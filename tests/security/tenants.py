"""Two outside organisations beside the department, each with one of everything that can be theirs, full of its own word."""

from datetime import date

from django.core.files.base import ContentFile
from django.db import models

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach
from khcn.parties.models import User
from tests.factories import parties, science
from tests.factories.base import ATTACHED_AT
from tests.factories.trace import TracePartyFactory

WORDS = {"a": "Zuvanqeo", "b": "Xohimlek"}


def marked(record, word, *, public=()):
    """Put the word into every text of the record that may hold it, but for those that everybody may read."""
    for field in record._meta.concrete_fields:
        plain = (
            isinstance(field, models.CharField | models.TextField) and not field.choices and field.editable
        )
        if (
            plain
            and field.name not in {"code", "gln", "email", "province", *public}
            and not field.primary_key
        ):
            setattr(record, field.name, f"{word} {field.name}"[: field.max_length])
    with acting(SYSTEM):
        record.save()
    return record


class Tenant:
    """An organisation with its account, person, proposal, task and what belongs to it."""

    def __init__(self, letter):
        self.word = word = WORDS[letter]
        self.organisation = marked(parties.OrganisationFactory(name=word), word)
        self.person = marked(parties.PersonFactory(full_name=word, organisation=self.organisation), word)
        host = self.organisation
        self.task = marked(
            science.ScienceTaskFactory(code=f"NV-{word}", host=host, principal_investigator=self.person), word
        )
        self.own = [self.organisation, self.person, self.task]
        for factory, link in (
            (science.TaskMilestoneFactory, "task"),
            (science.TaskAmendmentFactory, "task"),
            (science.AmendmentRequestFactory, "task"),
            (science.TaskPartnerFactory, "task"),
            (science.TeamMemberFactory, "task"),
        ):
            self.own.append(marked(factory(**{link: self.task}), word))
        self.own.append(marked(science.TaskProposalFactory(proposer=host), word))
        self.own.append(
            marked(science.OperationCertificateFactory(holder=host, issued_on=date(2023, 1, 1)), word)
        )
        # Who sends goods to a party chooses it by its name, as public pages show it.
        self.own.append(marked(TracePartyFactory(organisation=host), word, public=("name",)))
        # What the department notes about the tenant's task and shows to nobody outside.
        self.internal = [
            marked(factory(task=self.task), word)
            for factory in (science.ProgressCheckFactory, science.MeetingItemFactory)
        ]
        with acting(SYSTEM):
            self.file = attach(
                record=self.task,
                content=b"%PDF-1.4 " + word.encode(),
                name=f"{word}.pdf",
                actor=SYSTEM,
                at=ATTACHED_AT,
            )
            self.account = User.objects.create_user(
                f"tenant.{letter}",
                password="mat-khau-thu-nghiem",
                full_name="Tài khoản ngoài",
                organisation=host,
            )


def pdf():
    return ContentFile(b"%PDF-1.4 moi", name="moi.pdf")
