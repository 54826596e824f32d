"""Registers of editions of contests, what they are judged by, entries and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.ip import indicators, operations
from khcn.ip.deadlines import EDITION_DEADLINES
from khcn.ip.models import ContestCriterion, ContestEdition, ContestEntry, ContestJuror, ContestScore
from khcn.ip.register.base import IpRegister
from khcn.ip.rules import ip_head
from khcn.ip.workflow import ENTRY_FLOW
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from khcn.ip.models.contests import ContestEntryQuerySet


def with_points(records: ContestEntryQuerySet, on: date) -> ContestEntryQuerySet:
    """The points of each entry."""
    del on
    return records.with_points()


@register
class ContestEditions(IpRegister):
    model = ContestEdition
    slug = "contest-editions"
    icon = "trophy"
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "ordinal",
        "year",
        "launched_on",
        "closes_on",
        "result_planned_on",
        "published_on",
        Column("organiser", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "year": ["exact"],
        "organiser": ["exact"],
        "launched_on": ["gte", "lt"],
        "closes_on": ["gte", "lt"],
        "result_planned_on": ["gte", "lt"],
        "published_on": ["gte", "lt"],
    }
    search = ("organiser",)
    form = (
        Section(_("Cuộc thi"), "code", "kind", "name", "ordinal", "year", "organiser"),
        Section(_("Thời gian"), "launched_on", "closes_on", "result_planned_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Công bố kết quả"), "published_on", "publication")
    panel_of = (Panel("organiser", _("Cuộc thi"), position=84),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-year", "-code")
    date_field = "launched_on"
    happened = ("launched_on",)
    not_before = (
        NotBefore("closes_on", "launched_on", _("Hạn nhận bài trước ngày phát động.")),
        NotBefore("result_planned_on", "closes_on", _("Công bố kết quả trước hạn nhận bài.")),
    )
    deadlines = EDITION_DEADLINES
    indicators = indicators.EDITIONS
    writer = operations.EditionWriter()
    actions = (
        Action(
            name="publish",
            label=_("Công bố kết quả"),
            operation=operations.publish,
            subject="edition",
            guard=operations.why_not_published,
            source=ContestEdition,
            required=("published_on",),
            writes=("published_on", "publication"),
            inputs=(Section(_("Công bố kết quả"), "published_on", "publication"),),
            importable=True,
            icon="presentation",
            help_text=_("Sau khi công bố, bài dự thi, giám khảo, tiêu chí và điểm không sửa được nữa."),
        ),
        Action(
            name="take-back-publication",
            label=_("Bỏ ghi công bố kết quả"),
            operation=operations.take_back_publication,
            subject="edition",
            who=ip_head,
            guard=operations.why_not_unpublished,
            writes=("published_on", "publication"),
            asks_reason=_("Lý do"),
            icon="arrow-back-up",
        ),
    )
    owned = (
        OwnedFields(
            ("published_on", "publication"),
            _("Ngày, nơi công bố ghi bằng nút “Công bố kết quả”."),
            covers_empty=True,
        ),
        OwnedFields(
            ("code", "kind", "name", "ordinal", "year", "launched_on"),
            _("Kết quả cuộc thi đã công bố. Lãnh đạo phòng bấm “Bỏ ghi công bố kết quả” rồi mới sửa được."),
            where=operations.published_editions,
            covers_empty=True,
        ),
    )


@register
class ContestCriteria(IpRegister):
    model = ContestCriterion
    slug = "contest-criteria"
    icon = "list-check"
    columns = (Column("name", look="link"), "code", "edition", "maximum")
    filters = {"edition": ["exact"]}
    search = ("edition",)
    form = (Section(_("Tiêu chí"), "edition", "code", "name", "maximum"),)
    inline_in = "edition"
    panel_of = (Panel("edition", _("Tiêu chí chấm điểm"), position=20),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("edition", "code")
    writer = operations.CriterionWriter()
    in_menu = False


@register
class ContestJurors(IpRegister):
    model = ContestJuror
    slug = "contest-jurors"
    icon = "user-check"
    columns = (Column("code", look="link"), "person", "edition")
    filters = {"edition": ["exact"], "person": ["exact"]}
    search = ("edition", "person")
    form = (Section(_("Giám khảo"), "edition", "code", "person"),)
    panel_of = (
        Panel("edition", _("Giám khảo"), position=30),
        Panel("person", _("Chấm thi"), position=72),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("edition", "code")
    writer = operations.JurorWriter()
    in_menu = False


@register
class ContestEntries(IpRegister):
    model = ContestEntry
    slug = "contest-entries"
    icon = "file-description"
    columns = (
        Column("code", look="link"),
        "title",
        "edition",
        "organisation",
        "received_on",
        Column("points", _("Điểm bình quân")),
        Column("state", look="badge"),
        "prize",
        Column("person", hidden=True),
        Column("field", hidden=True),
    )
    filters = {
        "edition": ["exact"],
        "state": ["exact"],
        "prize": ["exact"],
        "organisation": ["exact"],
        "person": ["exact"],
        "received_on": ["gte", "lt"],
    }
    search = ("edition", "organisation", "person")
    form = (
        Section(_("Bài dự thi"), "edition", "code", "title", "field", "received_on"),
        Section(_("Tác giả"), "person", "organisation"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Kết quả"), "prize")
    panel_of = (
        Panel("edition", _("Bài dự thi"), position=10),
        Panel("person", _("Bài dự thi"), position=71),
        Panel("organisation", _("Bài dự thi"), position=85),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on",)
    similar = ("title",)
    annotate = with_points
    workflow = ENTRY_FLOW
    effects = {
        "award": Effect(operation=operations.award, subject="entry"),
        "take_back": Effect(operation=operations.take_back_prize, subject="entry"),
    }
    writer = operations.EntryWriter()
    owned = (
        OwnedFields(
            ("code", "edition", "title", "person", "organisation", "received_on"),
            _(
                "Bài dự thi đã có kết quả. Lãnh đạo phòng bấm “Chấm lại” hoặc “Nhận lại bài dự thi” rồi mới sửa được."
            ),
            where=operations.decided_entries,
            covers_empty=True,
        ),
    )


@register
class ContestScores(IpRegister):
    model = ContestScore
    slug = "contest-scores"
    icon = "list-numbers"
    columns = (Column("entry", look="link"), "juror", "criterion", "points", "scored_on")
    filters = {
        "entry": ["exact"],
        "juror": ["exact"],
        "criterion": ["exact"],
        "scored_on": ["gte", "lt"],
    }
    search = ("entry", "juror")
    form = (Section(_("Điểm chấm"), "entry", "juror", "criterion", "points", "scored_on"),)
    panel_of = (
        Panel("entry", _("Điểm chấm"), position=10),
        Panel("juror", _("Điểm đã chấm"), position=10),
        Panel("criterion", _("Điểm chấm"), position=10),
    )
    natural_key = ("entry", "juror", "criterion")
    order = ("entry", "juror", "criterion")
    date_field = "scored_on"
    happened = ("scored_on",)
    writer = operations.ScoreWriter()
