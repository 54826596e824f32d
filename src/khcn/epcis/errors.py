"""What this library raises and reports. Every exception derives from `EpcisError`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class EpcisError(ValueError):
    """Any error in the input of the caller."""


class IdentifierError(EpcisError):
    """An identifier, element string or Digital Link that violates the rules of GS1.

    `code` is stable and short (the code of GS1's linter where there is one), the text is for the log.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Severity(Enum):
    """The severity of a problem.

    FORM: the document violates the schema of the standard, and a system may refuse it. CONTENT: the schema does not detect
    it, but it violates the rules of GS1 (a wrong check digit, a class where an instance is required).
    """

    FORM = "form"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document.

    `code` is stable; `path` is a JSON pointer into the document (for XML documents into their JSON form); the messages say
    what is wrong and what to do, in Vietnamese for the user and in English for the developer.
    """

    code: str
    path: str
    message_vi: str
    message_en: str
    severity: Severity = Severity.FORM

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message_en} [{self.code}]"


class DocumentError(EpcisError):
    """A document that cannot be read; `problems` lists all faults that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "; ".join(map(str, self.problems[:3]))
        more = len(self.problems) - 3
        super().__init__(shown + (f"; and {more} more" if more > 0 else ""))


class ConversionError(EpcisError):
    """Something that cannot be written in a format (an invalid XML name, nested lists in XML …)."""


class QueryError(EpcisError):
    """An invalid query. `kind` is the name of the EPCIS exception (``QueryParameterException`` …)."""

    def __init__(self, kind: str, parameter: str, message_vi: str, message_en: str) -> None:
        super().__init__(f"{parameter}: {message_en}")
        self.kind = kind
        self.parameter = parameter
        self.message_vi = message_vi
        self.message_en = message_en
