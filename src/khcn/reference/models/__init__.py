"""What changes by law and by year, each with the days it is in force: places, documents, code lists, regimes."""

from khcn.reference.models.base import (
    DatedRecordQuerySet,
)
from khcn.reference.models.codes import (
    CodeList,
    CodeListItem,
    RuleParameter,
    RuleUnit,
)
from khcn.reference.models.days import (
    SHARED_CALENDAR,
    DayKind,
    WorkingDayException,
    WorkingDayExceptionQuerySet,
)
from khcn.reference.models.documents import (
    DocumentKind,
    LegalDocument,
)
from khcn.reference.models.places import (
    AdminLevel,
    AdminUnit,
    AdminUnitSuccession,
)
from khcn.reference.models.regimes import (
    RegimeWindow,
    ReportingRegime,
)

__all__ = [
    "SHARED_CALENDAR",
    "AdminLevel",
    "AdminUnit",
    "AdminUnitSuccession",
    "CodeList",
    "CodeListItem",
    "DatedRecordQuerySet",
    "DayKind",
    "DocumentKind",
    "LegalDocument",
    "RegimeWindow",
    "ReportingRegime",
    "RuleParameter",
    "RuleUnit",
    "WorkingDayException",
    "WorkingDayExceptionQuerySet",
]
