"""What the log of the program leaves out."""

import logging
from http import HTTPStatus


class RefusalsInOneLine(logging.Filter):
    """Lines of Django about answers below 500 have no traceback: the address was wrong or the account may not, and where in
    the code that was decided helps no operator. Faults of ours (500 and above) keep theirs.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; see the class."""
        if (
            getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
            < HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            record.exc_info = None
        return True
