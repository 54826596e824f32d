"""Verbs of R&D tasks. Form, JSON interface and import write milestones, amendments and outcomes through them."""

from khcn.science.operations.amendments import AmendmentWriter, amend_task, remove_amendment
from khcn.science.operations.milestones import (
    MilestoneWriter,
    correct_milestone,
    correct_milestone_papers,
    record_milestone,
    register_result,
    remove_milestone,
    withdraw_registration,
)
from khcn.science.operations.proposals import (
    determine_task_from_proposals,
    reconsider_proposal,
    reject_proposal,
    why_not_open,
    why_not_reconsider,
)
from khcn.science.operations.task_access import TaskRefused, lock_task_of
from khcn.science.operations.tasks import ScienceTaskWriter, correct_task, why_not_correct

__all__ = [
    "AmendmentWriter",
    "MilestoneWriter",
    "ScienceTaskWriter",
    "TaskRefused",
    "amend_task",
    "correct_milestone",
    "correct_milestone_papers",
    "correct_task",
    "determine_task_from_proposals",
    "lock_task_of",
    "reconsider_proposal",
    "record_milestone",
    "register_result",
    "reject_proposal",
    "remove_amendment",
    "remove_milestone",
    "why_not_correct",
    "why_not_open",
    "why_not_reconsider",
    "withdraw_registration",
]
