"""Why a verb of reports was not carried out."""


class ReportRefused(Exception):  # noqa: N818 -- a refusal with a reason, not a fault
    """The text says in Vietnamese what stands in the way and what to do."""
