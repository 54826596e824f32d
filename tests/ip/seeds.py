"""Violations of the rules about initiatives, intellectual property and contests."""

from datetime import date

from khcn.ip.workflow import ENTRY_FLOW, INITIATIVE_FLOW
from tests.factories.ip import (
    ContestCriterionFactory,
    ContestEditionFactory,
    ContestEntryFactory,
    ContestJurorFactory,
    ContestScoreFactory,
    InitiativeAuthorFactory,
    InitiativeFactory,
    IpAssetControlFactory,
    IpAssetFactory,
    IpAssetUserFactory,
    IpGuidanceFactory,
)
from tests.integrity.given import breaks, put, step
from tests.integrity.kernel_seeds import a_paper


def recognised(**values):
    """An initiative that was recognised, with its author and its steps."""
    initiative = InitiativeFactory()
    InitiativeAuthorFactory(initiative=initiative)
    step(INITIATIVE_FLOW, initiative, "received", "recognised")
    decided = {"state": "recognised", "decided_on": date(2023, 6, 1), "decision_number": "12/QĐ-UBND"}
    return put(initiative, **{**decided, **values})


def refused(**values):
    """An initiative that was not recognised, with its steps."""
    initiative = InitiativeFactory()
    step(INITIATIVE_FLOW, initiative, "received", "refused")
    return put(initiative, **{"state": "refused", "decided_on": date(2023, 6, 1), **values})


def awarded(**values):
    """An entry with a prize, with its steps."""
    entry = ContestEntryFactory()
    step(ENTRY_FLOW, entry, "entered", "awarded")
    return put(entry, **{"state": "awarded", "prize": "1_first", **values})


def scored():
    """A score of an entry with its step."""
    score = ContestScoreFactory()
    step(ENTRY_FLOW, score.entry, "entered", "admitted")
    return score


@breaks("ip.initiative_beside_steps")
def _():
    return put(InitiativeFactory(), state="accepted")


@breaks("ip.entry_beside_steps")
def _():
    return put(ContestEntryFactory(), state="admitted")


@breaks("ip.certificate_of_other_decision")
def _():
    other, same = a_paper(recognised()), a_paper(recognised())
    put(same, data={"decision_number": "12/QĐ-UBND"})
    return put(other, data={"decision_number": "11/QĐ-UBND"})


@breaks("ip.received_after_closing")
def _():
    InitiativeFactory(round__closes_on=date(2023, 4, 10))
    put(refused().round, closes_on=date(2023, 4, 9))
    return InitiativeFactory(round__closes_on=date(2023, 4, 9))


@breaks("ip.entry_after_closing")
def _():
    ContestEntryFactory(edition__closes_on=date(2023, 5, 10))
    return ContestEntryFactory(edition__closes_on=date(2023, 5, 9))


@breaks("ip.recognised_without_decision")
def _():
    return recognised(decision_number="")


@breaks("ip.decision_without_state")
def _():
    return put(InitiativeFactory(), decided_on=date(2023, 6, 1))


@breaks("ip.decision_without_state")
def _():
    return refused(decided_on=None)


@breaks("ip.decided_before_received")
def _():
    return refused(decided_on=date(2023, 4, 9))


@breaks("ip.decided_before_received")
def _():
    return refused(accepted_on=date(2023, 6, 2))


@breaks("ip.recognised_before_council")
def _():
    initiative = recognised()
    put(initiative.round, considered_on=None)
    return initiative


@breaks("ip.recognised_before_council")
def _():
    initiative = recognised()
    put(initiative.round, considered_on=date(2023, 6, 2))
    return initiative


@breaks("ip.shares_not_whole")
def _():
    initiative = recognised()
    put(initiative.authors.get(), share=60)
    return initiative


@breaks("ip.prize_of_entry")
def _():
    return awarded(prize="")


@breaks("ip.prize_of_entry")
def _():
    return put(ContestEntryFactory(), prize="1_first")


@breaks("ip.score_of_other_edition")
def _():
    return put(scored(), juror=ContestJurorFactory())


@breaks("ip.score_of_other_edition")
def _():
    return put(scored(), criterion=ContestCriterionFactory())


@breaks("ip.score_above_maximum")
def _():
    return put(scored(), points=41)


@breaks("ip.juror_with_entry")
def _():
    entry = ContestEntryFactory()
    return ContestJurorFactory(edition=entry.edition, person=entry.person)


@breaks("ip.published_with_entries_waiting")
def _():
    edition = ContestEditionFactory()
    ContestEntryFactory(edition=edition)
    return put(edition, published_on=date(2023, 6, 1))


@breaks("ip.used_before_granted")
def _():
    return IpAssetUserFactory(asset=IpAssetFactory(granted_on=date(2023, 5, 11)))


@breaks("ip.used_before_granted")
def _():
    return IpAssetUserFactory()


@breaks("ip.control_of_stranger")
def _():
    return IpAssetControlFactory()


@breaks("ip.control_of_stranger")
def _():
    used = IpAssetUserFactory(asset=IpAssetFactory(granted_on=date(2022, 5, 10)), ended_on=date(2023, 6, 1))
    return IpAssetControlFactory(
        asset=used.asset, organisation=used.organisation, controlled_on=date(2023, 6, 1)
    )


@breaks("ip.guidance_of_other_kind")
def _():
    return IpGuidanceFactory(asset=IpAssetFactory())
