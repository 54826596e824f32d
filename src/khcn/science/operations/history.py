"""What a task has been through, in memory: the rules look at it before a row is written, one or ten thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals.constraints import refusal_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money
from khcn.science.enums import AmendmentKind, MilestoneKind, PartnerRole
from khcn.science.models import MeetingItem, ScienceTask, TaskAmendment, TaskMilestone, TaskPartner
from khcn.science.models.amended import AMENDED, value_in_words
from khcn.science.operations.amendable import check_names_something, is_possible, refuse_unlikely_budget
from khcn.science.operations.council_faults import faults, why_not_results
from khcn.science.operations.council_results import CouncilDecision, Grade, Result, given_results
from khcn.science.operations.order import (
    comes_before,
    out_of_place,
    repeated,
    unfit_for,
    why_not_again,
    why_not_at_level,
    why_not_placed,
)
from khcn.science.operations.task_access import TaskRefused, refuse_input
from khcn.science.queries import TaskStep, replay
from khcn.science.workflow import ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from khcn.councils.models import CouncilMeeting
    from khcn.science.models.amended import Amended


@dataclass(slots=True)
class TaskHistory:
    """One task with its steps, amendments and partners, as they are or will be."""

    task: ScienceTask
    steps: list[TaskStep] = field(default_factory=list)
    amendments: list[TaskAmendment] = field(default_factory=list)
    partners: list[TaskPartner] = field(default_factory=list)  # those that cooperate
    results: list[Result] = field(default_factory=list)  # the same milestones, with their grades
    decisions: list[CouncilDecision] = field(default_factory=list)
    contracted: list[int] = field(default_factory=list)  # the amounts of contracts, in đồng

    # ------------------------------------------------------------------------------------ milestones

    def why_not_step(self, step: TaskStep, *, without: TaskStep | None = None) -> str:
        """Why a milestone may not have its day; "" when it may.

        What was out of order already is not this step's fault. ``without`` is the entry that it takes the place of.
        """
        remaining = self._without(without)
        if why := why_not_at_level(self.task.level, step.kind):
            return why
        new = _newly_refused(self.steps, [*remaining, step])
        if step.kind not in ONCE:  # it comes again itself, and others that come again rest on it
            new = new or _newly(repeated, self.steps, [*remaining, step])
        if not new:
            return why_not_again(step, remaining, self.steps) or self._why_not_amended([*remaining, step])
        label = MilestoneKind(step.kind).label
        if step in new and step in out_of_place([*remaining, step]):
            return why_not_placed(step, remaining)
        if step in new:
            state, _refused = replay([each for each in remaining if comes_before(each, step)])
            return _(
                "Không ghi được mốc “%(step)s” ngày %(day)s: vào ngày đó nhiệm vụ ở trạng thái “%(state)s”."
            ) % {"step": label, "day": format_date(step.on), "state": state.label}
        return _(
            "Không ghi được mốc “%(step)s” ngày %(day)s: mốc “%(later)s” ngày %(later_day)s đã ghi sẽ không còn đúng thứ "
            "tự. Hãy kiểm tra lại ngày của hai mốc."
        ) % {
            "step": label,
            "day": format_date(step.on),
            "later": MilestoneKind(new[0].kind).label,
            "later_day": format_date(new[0].on),
        }

    def why_not_remove(self, step: TaskStep | None) -> str:
        """Why a milestone cannot be taken away: a later one would stand where it may not."""
        remaining = self._without(step)
        new = _newly_refused(self.steps, remaining) or _newly(repeated, self.steps, remaining)
        if not new:
            return self._why_not_amended(remaining)
        return _("Không bỏ được mốc này: mốc “%(later)s” ngày %(day)s đã ghi dựa vào nó.") % {
            "later": MilestoneKind(new[0].kind).label,
            "day": format_date(new[0].on),
        }

    def _why_not_amended(self, steps: list[TaskStep]) -> str:
        """Why these steps cannot be: a recorded amendment could not have been decided in the state of its day."""
        for each in self.amendments:
            if is_possible(each, self.steps) and not is_possible(each, steps):
                return _(
                    "Không ghi được: “%(kind)s” quyết định ngày %(day)s đã ghi sẽ không còn phù hợp."
                ) % {
                    "kind": each.get_kind_display(),
                    "day": format_date(each.decided_on),
                }
        return ""

    def _without(self, step: TaskStep | None) -> list[TaskStep]:
        remaining = list(self.steps)
        if step in remaining:
            remaining.remove(step)
        return remaining

    # ------------------------------------------------------------------------- decisions of councils

    def why_not_result(self, *new_results: Result, without: Result | None = None) -> str:
        """Why milestones may not say this: a council decided otherwise. ``without`` is what they take the place of."""
        results = [*self.results, *new_results]
        if without in results:
            results.remove(without)
        return why_not_results(self.decisions, self.results, results, self.task)

    def why_not_decisions(self, decisions: Sequence[CouncilDecision]) -> str:
        """Why councils may not have decided this: their kind does not, or another council or a milestone says otherwise."""
        known = self.faults_of_councils()
        found = faults(decisions, self.results, self.task)
        return next((each for each in found if each not in known), "")

    def given_results(self) -> list[tuple[Result, CouncilDecision]]:
        """The milestones that are results of meetings, each with what the meeting decided."""
        return given_results(self.decisions, self.results)

    def faults_of_councils(self) -> list[str]:
        """Where decisions are none of their council, or contradict each other or the milestones."""
        return faults(self.decisions, self.results, self.task)

    # ------------------------------------------------------------------------------------ amendments

    def refuse_amendment(self, amendment: TaskAmendment) -> None:
        """Raise :class:`TaskRefused` when the amendment may not be; fills in what was before."""
        kind = AmendmentKind(amendment.kind)
        self._check_state(amendment, kind)
        self._check_order(amendment, kind)
        self._take_before(amendment, kind)
        if kind is AmendmentKind.CHANGE_BUDGET:
            self._keep_state_budget(amendment)
            refuse_unlikely_budget(amendment)
        check_names_something(amendment, kind)
        try:
            amendment.clean()
        except ValidationError as error:
            raise refusal_of(error, TaskRefused) from error
        if kind is AmendmentKind.CHANGE_PARTNER and not amendment.taken_over:
            self._check_partners(amendment)

    def _check_state(self, amendment: TaskAmendment, kind: AmendmentKind) -> None:
        if not is_possible(amendment, self.steps):
            state, _refused = replay(self.steps, on=amendment.decided_on)
            refuse_input(
                "kind",
                _("Không ghi được “%(kind)s” ngày %(day)s: vào ngày đó nhiệm vụ ở trạng thái “%(state)s”.")
                % {"kind": kind.label, "day": format_date(amendment.decided_on), "state": state.label},
            )

    def _check_order(self, amendment: TaskAmendment, kind: AmendmentKind) -> None:
        later = [
            each
            for each in self.amendments
            if each.kind == kind
            and (each.decided_on >= amendment.decided_on or each.starts_on > amendment.starts_on)
        ]
        if later:
            refuse_input(
                "decided_on",
                _(
                    "Đã ghi “%(kind)s” quyết định ngày %(later)s. Các lần điều chỉnh ghi theo thứ tự ngày: nếu lần đã ghi "
                    "là ghi nhầm thì bấm “Bỏ điều chỉnh ghi nhầm” ở trang của nó, rồi ghi lại cả hai."
                )
                % {"kind": kind.label, "later": format_date(later[0].decided_on)},
            )

    def before(self, kind: AmendmentKind, amended: Amended) -> Any:
        """What an amendment of this kind would change: a deadline, a person, an organisation, a sum."""
        of_kind = (getattr(each, amended.after) for each in self.amendments if each.kind == kind)
        reported = [each for each in of_kind if each is not None]
        before = reported[-1] if reported else getattr(self.task, amended.column)
        if before is None and kind is AmendmentKind.EXTEND_SUBMISSION:
            return self.before(AmendmentKind.EXTEND_DURATION, *AMENDED[AmendmentKind.EXTEND_DURATION])
        return before

    def _take_before(self, amendment: TaskAmendment, kind: AmendmentKind) -> None:
        for each in AMENDED.get(kind, ()):
            typed, actual = getattr(amendment, each.before), self.before(kind, each)
            if typed is None:
                after = getattr(amendment, each.after)
                # Papers may tell of a change that the task shows already, or not tell of this column.
                is_unknown = amendment.taken_over and each.takes_effect and after in {None, actual}
                if not is_unknown:
                    setattr(amendment, each.before, actual)
            elif typed != actual and not amendment.taken_over:
                refuse_input(
                    each.before,
                    _(
                        "Trước lần điều chỉnh này, trên hồ sơ là “%(actual)s”. Hãy xem lại, hoặc để trống ô này."
                    )
                    % {"actual": value_in_words(actual) or "–"},
                )

    def _keep_state_budget(self, amendment: TaskAmendment) -> None:
        """The state's part that the amendment leaves empty stays what it was, as far as the new total holds it."""
        total, (_total, state) = amendment.new_budget_total, AMENDED[AmendmentKind.CHANGE_BUDGET]
        if total is None or amendment.new_budget_state is not None:
            return
        stays = self.before(AmendmentKind.CHANGE_BUDGET, state)
        if stays is not None and stays > total:
            refuse_input(
                "new_budget_state",
                _(
                    "Tổng kinh phí sau điều chỉnh nhỏ hơn ngân sách nhà nước đang ghi là %(amount)s. Hãy ghi cả ngân sách nhà nước "
                    "sau điều chỉnh."
                )
                % {"amount": format_money(stays)},
            )
        if not amendment.taken_over:
            amendment.new_budget_state = stays

    def _check_partners(self, amendment: TaskAmendment) -> None:
        old, new = amendment.old_organisation, amendment.new_organisation
        active = {each.organisation_id for each in self.partners if each.to_on is None}
        if old is not None and old.pk not in active:
            refuse_input(
                "old_organisation",
                _(
                    "“%(organisation)s” không đang phối hợp thực hiện nhiệm vụ này. Hãy chọn lại tổ chức trước."
                )
                % {"organisation": name_to_acting(old)},
            )
        if new is not None and new.pk in {each.organisation_id for each in self.partners}:
            refuse_input(
                "new_organisation",
                _(
                    "“%(organisation)s” đã có trong danh sách phối hợp của nhiệm vụ này. Hãy sửa ở mục tổ chức phối hợp."
                )
                % {"organisation": name_to_acting(new)},
            )

    def add_amendment(self, amendment: TaskAmendment) -> None:
        """Keep an accepted amendment in mind for those after it."""
        self.amendments.append(amendment)
        self.amendments.sort(key=lambda each: (each.decided_on, each.pk or 0))
        if amendment.kind == AmendmentKind.CHANGE_PARTNER and not amendment.taken_over:
            for each in self.partners:
                if amendment.old_organisation and each.organisation_id == amendment.old_organisation.pk:
                    each.to_on = amendment.starts_on
            self.partners.append(
                TaskPartner(
                    task=self.task, organisation=amendment.new_organisation, role=PartnerRole.COOPERATING
                )
            )

    def violations(self) -> list[str]:
        """Where the task is in a state that its rules could not reach; for tests and for undoing."""
        found = [
            _("Mốc “%(step)s” ngày %(day)s không còn đúng thứ tự.")
            % {"step": MilestoneKind(each.kind).label, "day": format_date(each.on)}
            for each in _refused(self.steps)
        ]
        found += [
            _("Mốc “%(step)s” ngày %(day)s ghi lần nữa khi lần trước còn hiệu lực.")
            % {"step": MilestoneKind(each.kind).label, "day": format_date(each.on)}
            for each in repeated(self.steps)
        ]
        found += unfit_for(self.task, self.steps)
        found += [
            _("“%(kind)s” ngày %(day)s không còn phù hợp với trạng thái của nhiệm vụ.")
            % {"kind": each.get_kind_display(), "day": format_date(each.decided_on)}
            for each in self.amendments
            if not is_possible(each, self.steps)
        ]
        found += self.faults_of_councils()
        for kind, amended in ((kind, each) for kind, columns in AMENDED.items() for each in columns):
            same = (each for each in self.amendments if each.kind == kind)
            chain = [each for each in same if getattr(each, amended.after) is not None]
            found += [
                _("“%(kind)s” ngày %(day)s không còn khớp với lần trước.")
                % {"kind": AmendmentKind(kind).label, "day": format_date(later.decided_on)}
                for earlier, later in pairwise(chain)
                # history from paper need not follow what is before it
                if not later.taken_over and getattr(later, amended.before) != getattr(earlier, amended.after)
            ]
        return found


def _refused(steps: Sequence[TaskStep]) -> list[TaskStep]:
    """The steps that may not stand where they do."""
    _state, refused = replay(steps)
    return [*refused, *out_of_place(steps)]


def _newly_refused(before: Sequence[TaskStep], after: Sequence[TaskStep]) -> list[TaskStep]:
    return _newly(_refused, before, after)


def _newly(
    faulty: Callable[[Sequence[TaskStep]], list[TaskStep]],
    before: Sequence[TaskStep],
    after: Sequence[TaskStep],
) -> list[TaskStep]:
    new = faulty(after)
    for each in faulty(before):
        if each in new:
            new.remove(each)
    return new


# ------------------------------------------------------------------------------------------- reading


_GRADE: Final = ("grade__code", "grade__label", "grade__fails")


def _grade(code: str | None, label: str, fails: bool) -> Grade | None:  # noqa: FBT001 -- columns of a row
    return None if code is None else Grade(code, label, fails)


def _key(task: ScienceTask) -> tuple[str, int]:
    return ("new", id(task)) if task._state.adding else ("stored", task.pk)


class Histories:
    """The histories of the tasks that some writes are about; each kind of row read in one query for many tasks."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], TaskHistory] = {}
        self.meetings: dict[int, CouncilMeeting] = {}  # those that the workbook moves, as they shall be

    def load(self, tasks: Iterable[ScienceTask]) -> None:
        """Read what is not known yet."""
        stored = []
        for task in {_key(each): each for each in tasks}.values():
            key = _key(task)
            if key in self._found:
                continue
            if key[0] == "stored":
                stored.append(task.pk)
            else:  # made by the same workbook
                self._found[key] = TaskHistory(task)
        for part in chunks(sorted(stored)):
            self._read(part)

    def _read(self, keys: Sequence[int]) -> None:
        tasks = ScienceTask._base_manager.select_related("host", "principal_investigator").in_bulk(keys)
        for pk, task in tasks.items():
            self._found["stored", pk] = TaskHistory(task)
        steps = TaskMilestone._base_manager.filter(task__in=keys).order_by("pk")
        of_step = ("task", "on", "kind", "taken_over", "document", "number", "amount", *_GRADE)
        for pk, day, kind, taken_over, document, number, amount, *graded in steps.values_list(*of_step):
            history, grade = self._found["stored", pk], _grade(*graded)
            result = Result(day, kind, taken_over, grade, bool(document or number))
            history.steps.append(TaskStep(day, kind, taken_over, result.failed))
            history.results.append(result)
            if kind == MilestoneKind.CONTRACT_SIGNED and amount is not None:
                history.contracted.append(amount)
        items = MeetingItem._base_manager.filter(task__in=keys).order_by("pk")
        of_item = ("task", "pk", "meeting", "meeting__kind", "meeting__held_on", "meeting__subject", "passed")
        for task, item, meeting, kind, day, subject, passed, *graded in items.values_list(*of_item, *_GRADE):
            decision = CouncilDecision(item, meeting, kind, day, subject, passed, _grade(*graded))
            self._found["stored", task].decisions.append(decision)
        # What they name is read in one query each where they name anything; most tasks have no amendment at all.
        related = ("old_person", "new_person", "old_organisation", "new_organisation")
        amendments = TaskAmendment._base_manager.filter(task__in=keys).prefetch_related(*related)
        for amendment in amendments.order_by("decided_on", "pk"):
            self._found["stored", amendment.task_id].amendments.append(amendment)
        partners = TaskPartner._base_manager.filter(task__in=keys, role=PartnerRole.COOPERATING)
        for partner in partners.order_by("pk"):
            self._found["stored", partner.task_id].partners.append(partner)

    def of(self, task: ScienceTask) -> TaskHistory:
        """The history of one task."""
        if _key(task) not in self._found:
            self.load([task])
        return self._found[_key(task)]


def history_of(task: ScienceTask) -> TaskHistory:
    """The history of one task, read now."""
    return Histories().of(task)


def faults_of(keys: set[int]) -> Iterator[tuple[Any, str]]:
    """Tasks in a state that their rules could not reach, with the reason."""
    histories = Histories()
    for task in ScienceTask._base_manager.filter(pk__in=keys).order_by("pk"):
        for why in histories.of(task).violations():
            yield task, why
