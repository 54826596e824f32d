"""Violations of the rules about technology and S&T information."""

from datetime import date

from khcn.technology.workflow import CONTRACT_FLOW, OPINION_FLOW
from tests.factories.technology import (
    EnterpriseCertificateFactory,
    InvestmentProjectFactory,
    MediaItemFactory,
    MediaPlanFactory,
    PublicationDistributionFactory,
    PublicationFactory,
    StatisticsReportFactory,
    TechnologyOpinionFactory,
    TransferContractFactory,
)
from tests.integrity.given import breaks, put, step


def opinion(state, /, **values):
    """An opinion that came to a state by its step."""
    made = TechnologyOpinionFactory()
    step(OPINION_FLOW, made, "received", state)
    return put(made, state=state, **values)


def contract(state, /, **values):
    """A contract that came to a state by its step."""
    made = TransferContractFactory()
    step(CONTRACT_FLOW, made, "received", state)
    return put(made, state=state, **values)


ANSWERED = {"answered_on": date(2023, 5, 20), "answer_number": "12/SKHCN-QLCN"}
REGISTERED = {"registered_on": date(2023, 5, 20), "certificate_number": "12/GCN-CGCN"}


@breaks("technology.opinion_beside_steps")
def _():
    return put(TechnologyOpinionFactory(), state="answered", **ANSWERED)


@breaks("technology.contract_beside_steps")
def _():
    return put(TransferContractFactory(), state="registered", **REGISTERED)


@breaks("technology.answer_of_opinion")
def _():
    return opinion("answered", **{**ANSWERED, "answer_number": ""})


@breaks("technology.answer_of_opinion")
def _():
    return opinion("answered", **ANSWERED, conclusion="")


@breaks("technology.answer_of_opinion")
def _():
    return put(TechnologyOpinionFactory(), answered_on=date(2023, 5, 20))


@breaks("technology.closing_of_opinion")
def _():
    return opinion("closed")


@breaks("technology.closing_of_opinion")
def _():
    return put(TechnologyOpinionFactory(), closed_on=date(2023, 5, 20))


@breaks("technology.same_request_twice")
def _():
    first = TechnologyOpinionFactory(request_number="123/SKHĐT")
    again = {"project": first.project, "asked_by": first.asked_by}
    TechnologyOpinionFactory(**again, request_number="124/SKHĐT")
    TechnologyOpinionFactory(**again, request_number="123/SKHĐT", requested_on=date(2022, 5, 9))
    return TechnologyOpinionFactory(**again, request_number="123/SKHĐT")


@breaks("technology.agreed_with_prohibited")
def _():
    project = InvestmentProjectFactory(standing="prohibited")
    TechnologyOpinionFactory(project=project, conclusion="not_agreed")
    return TechnologyOpinionFactory(project=project, conclusion="agreed")


@breaks("technology.registration_of_contract")
def _():
    return contract("registered", **{**REGISTERED, "certificate_number": ""})


@breaks("technology.registration_of_contract")
def _():
    return put(TransferContractFactory(), registered_on=date(2023, 5, 20))


@breaks("technology.end_of_contract")
def _():
    return contract("ended", **REGISTERED)


@breaks("technology.end_of_contract")
def _():
    return contract("registered", **REGISTERED, ended_on=date(2023, 6, 1))


@breaks("technology.end_of_contract")
def _():
    return contract("closed")


@breaks("technology.two_certificates_in_force")
def _():
    first = EnterpriseCertificateFactory(issued_on=date(2022, 5, 10))
    EnterpriseCertificateFactory(
        enterprise=first.enterprise, issued_on=date(2021, 5, 10), ended_on=date(2022, 5, 10)
    )
    EnterpriseCertificateFactory(enterprise=first.enterprise)
    ended = EnterpriseCertificateFactory(issued_on=date(2023, 5, 11), ended_on=date(2023, 5, 12))
    EnterpriseCertificateFactory(enterprise=ended.enterprise)
    return first


@breaks("technology.item_of_other_plan")
def _():
    return MediaItemFactory(plan=MediaPlanFactory(kind="web"))


@breaks("technology.item_of_other_plan")
def _():
    return MediaItemFactory(plan=MediaPlanFactory(year=2022))


@breaks("technology.item_twice")
def _():
    first = MediaItemFactory()
    MediaItemFactory(title=first.title, published_on=date(2023, 5, 17))
    MediaItemFactory(title=first.title, kind="web")
    return MediaItemFactory(title=first.title)


@breaks("technology.more_handed_out_than_printed")
def _():
    publication = PublicationFactory(copies=2)
    PublicationDistributionFactory(publication=publication, copies=2)
    PublicationDistributionFactory(publication=publication)
    return publication


@breaks("technology.handed_out_before_printed")
def _():
    return PublicationDistributionFactory(publication__printed_on=date(2023, 5, 11))


@breaks("technology.statistics_of_year_to_come")
def _():
    return StatisticsReportFactory(year=2023, submitted_on=date(2023, 12, 1))
