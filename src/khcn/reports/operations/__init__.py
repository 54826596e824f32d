"""Verbs of reports, sections and definitions. Approving, which freezes, is in `freezing` and offered here too."""

from khcn.reports.freezing.approval import approve_report
from khcn.reports.freezing.replacement import replace_report
from khcn.reports.operations.definitions import save_form_version, sync_shipped_forms
from khcn.reports.operations.giving_words import give_words
from khcn.reports.operations.overrides import clear_override, set_override
from khcn.reports.operations.reports import (
    cancel_report,
    compile_report,
    create_report,
    load_instance_file,
    reopen_report,
    return_report,
    submit_report,
    withdraw_report,
)
from khcn.reports.operations.sections import (
    accept_section,
    confirm_section_text,
    edit_section,
    hand_in_section,
    return_section,
    take_back_section,
)
from khcn.reports.refusals import ReportRefused

__all__ = [
    "ReportRefused",
    "accept_section",
    "approve_report",
    "cancel_report",
    "clear_override",
    "compile_report",
    "confirm_section_text",
    "create_report",
    "edit_section",
    "give_words",
    "hand_in_section",
    "load_instance_file",
    "reopen_report",
    "replace_report",
    "return_report",
    "return_section",
    "save_form_version",
    "set_override",
    "submit_report",
    "sync_shipped_forms",
    "take_back_section",
    "withdraw_report",
]
