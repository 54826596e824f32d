"""What is done with tasks: each action names its operation, and the inputs that it takes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action
from khcn.kernel.registers.spec import Section
from khcn.science import operations, rules
from khcn.science.models import TaskMilestone

RECORD_MILESTONE = Action(
    name="record-milestone",
    label=_("Ghi mốc thực hiện"),
    operation=operations.record_milestone,
    subject="task",
    who=rules.science_staff,
    source=TaskMilestone,
    fields={"reached_on": models.DateField(_("ngày"))},
    inputs=(
        Section(_("Mốc thực hiện"), "kind", "reached_on"),
        Section(_("Văn bản, kết quả"), "document", "number", "amount"),
        Section(_("Kết quả nghiệm thu"), "grade", when=("kind", ("accepted_province", "accepted_national"))),
        Section(_("Ghi chú"), "note"),
    ),
    icon="flag",
)
