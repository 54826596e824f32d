"""Pages of this area."""

from khcn.science.views.task_dossier import task_dossier
from khcn.science.views.task_file import TABS, task_file

__all__ = ["TABS", "task_dossier", "task_file"]
