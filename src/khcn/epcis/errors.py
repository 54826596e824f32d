"""What this library raises and reports. Every exception derives from `EpcisError`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class EpcisError(ValueError):
    """Anything wrong with what the caller gave."""


class IdentifierError(EpcisError):
    """An identifier, element string or Digital Link that does not follow GS1's rules.

    `code` is stable and short (GS1's linter code where one applies), the text is for the developer's log.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Grade(Enum):
    """How heavy a problem is.

    FORM: the document breaks the standard's schema and no system need take it. CONTENT: the schema lets it pass, but
    it breaks GS1's rules all the same (a wrong check digit, a class where an instance must be).
    """

    FORM = "form"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document.

    `code` is stable; `path` is a JSON pointer into the document (XML documents have the path of their JSON form);
    the messages say what is wrong and what to do, in Vietnamese for the person and in English for the developer.
    """

    code: str
    path: str
    message_vi: str
    message_en: str
    grade: Grade = Grade.FORM

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message_en} [{self.code}]"


class DocumentError(EpcisError):
    """A document that cannot be taken; `problems` lists every fault that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "; ".join(map(str, self.problems[:3]))
        more = len(self.problems) - 3
        super().__init__(shown + (f"; and {more} more" if more > 0 else ""))


class ConversionError(EpcisError):
    """Something that the wanted format cannot express (an XML name that is none, nested lists in XML …)."""


class QueryError(EpcisError):
    """A query that cannot be asked. `kind` is the name of the EPCIS exception (``QueryParameterException`` …)."""

    def __init__(self, kind: str, parameter: str, message_vi: str, message_en: str) -> None:
        super().__init__(f"{parameter}: {message_en}")
        self.kind = kind
        self.parameter = parameter
        self.message_vi = message_vi
        self.message_en = message_en
