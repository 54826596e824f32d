"""A replacement is cancelled while somebody corrects a record that it opened: the correction waits, and is refused."""

import threading
import time
from datetime import date
from unittest import mock

from tests.security.together_helpers import at_once


def nobody_corrects_a_record_while_the_replacement_that_opened_it_is_cancelled():
    from khcn.kernel.refusals import Refused
    from khcn.reference.operations.legal_documents import correct_document
    from khcn.reports import operations
    from khcn.reports.freezing import replacement
    from tests.factories.reference import LegalDocumentFactory
    from tests.reports.conftest import OFFICE
    from tests.reports.signed_given import a_signed_report

    day = date(2023, 9, 20)
    document = LegalDocumentFactory()
    report = a_signed_report("NT-06", document)
    made = operations.replace_report(signed=report, actor=OFFICE, on=day)
    checked, differences = threading.Event(), replacement.differences

    def slowly(frozen):
        found = differences(frozen)
        checked.set()
        time.sleep(0.5)
        return found

    def cancelled():
        return operations.cancel_report(instance=made, note="lập nhầm", actor=OFFICE, on=day).state

    def corrected():
        checked.wait(20)
        try:
            correct_document(
                document=document, number="2/QĐ-UBND", kind=document.kind, issuer=document.issuer, reason="gõ nhầm",
                actor=OFFICE, on=day,
            )  # fmt: skip
        except Refused as refused:
            return refused.code
        return "corrected"

    with mock.patch.object(replacement, "differences", slowly):
        answers = at_once(cancelled, corrected)
    assert answers == ["cancelled", "relied_on"], answers
