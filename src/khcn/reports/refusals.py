"""Why a verb of reports was not carried out."""

from khcn.kernel.refusals import Refused


class ReportRefused(Refused):
    """The text says in Vietnamese what stands in the way and what to do."""
