"""Sentences of an honest model: each says what its quotes say, and must be kept."""

# ruff: noqa: E501  (a row is a case, and a case is read whole)

from __future__ import annotations

from tieline.rulebook.rewording.tests.paragraphs import (
    DISCLOSING,
    DISPUTES,
    EXPIRY,
    FEES,
    FORECASTS,
    INTEREST,
    KEEPING,
    NETTING,
    OUTAGES,
    POSTING,
    REASONS,
    REJECTING,
    REPORTS,
    SECURITY,
    SERVICE,
    TEST_FEES,
    first,
    whole,
)

LATE = "A dispute that is submitted later shall be rejected unless the Operator finds good cause."
OWNER = "the Transmission Owner shall notify its customers within two hours"

HONEST = [
    ("word for word", "The Operator shall post each Settlement Statement by the end of the tenth Business Day after the Operating Day.", [whole(POSTING)]),
    ("passive", "Each Settlement Statement must be posted by the end of the tenth Business Day after the Operating Day.", [whole(POSTING)]),
    ("passive with its actor", "Each Settlement Statement must be posted by the Operator by the end of the tenth Business Day after the Operating Day.", [whole(POSTING)]),
    ("figure for a word", "The Operator must post each Settlement Statement by the end of the 10th Business Day after the Operating Day.", [whole(POSTING)]),
    ("small letters", "The Operator must post each settlement statement by the end of the tenth business day after the operating day.", [whole(POSTING)]),
    ("a like word", "The Operator must publish each Settlement Statement by the end of the tenth Business Day after the Operating Day.", [whole(POSTING)]),
    ("reordered", "Within 10 Business Days after a Settlement Statement is posted, a Market Participant may submit a dispute.", [first(DISPUTES)]),
    ("ten business days", "A Market Participant may submit a dispute within ten business days after the Settlement Statement is posted.", [first(DISPUTES)]),
    ("filed for submitted", "A Market Participant may file a dispute of a Settlement Statement within 10 Business Days after the Settlement Statement is posted.", [first(DISPUTES)]),
    ("after became of", "A dispute may be submitted within ten Business Days of the day the Settlement Statement is posted.", [first(DISPUTES)]),
    ("own section named", "Under Section 9.2(1), a Market Participant may submit a dispute within 10 Business Days after the Settlement Statement is posted.", [first(DISPUTES)]),
    ("exception in front", "Unless the Operator finds good cause, a dispute that is submitted later must be rejected.", [(DISPUTES, LATE)]),
    ("denial kept", "Except where the dispute concerns a meter correction, the Market Participant is not required to provide a reason for a dispute of less than $100.", [whole(REASONS)]),
    ("two clauses", "The Operator must notify the Transmission Owner within 48 hours of receipt of a forced outage that exceeds 25.5 MW for at least 30 minutes, and the Transmission Owner must notify its customers within two hours.", [whole(OUTAGES)]),
    ("part of a rule", "The Transmission Owner must notify its customers within 2 hours.", [(OUTAGES, OWNER)]),
    ("hours spelled", "Within forty-eight hours of receipt of a forced outage that exceeds 25.5 MW for at least thirty minutes, the Operator must notify the Transmission Owner.", [whole(OUTAGES)]),
    ("only and a date", "Only a Load Resource registered before March 1, 2026 may provide the service.", [(SERVICE, "Only a Load Resource registered before 1 March 2026 may provide the service")]),
    ("date without its year", "Only a Load Resource registered before March 1 may provide the service.", [(SERVICE, "Only a Load Resource registered before 1 March 2026 may provide the service")]),
    ("section and request", "All other Resources must requalify under Section 8.1.1, as amended by XRR1206.", [whole(SERVICE)]),
    ("percent", "A Resource must report a change of more than 3 percent within fifteen minutes.", [(REPORTS, "must report a change of more than 3% within 15 minutes"), whole(REPORTS)]),
    ("recommendation kept", "A Resource should report its availability each hour.", [(REPORTS, "A Resource should report its availability each hour")]),
    ("money and time", "The annual fee of $2,500 is due by 17:00 on January 31.", [(FEES, "The annual fee is $2,500.00 and is due by 5:00 p.m. on 31 January")]),
    ("must not", "After approval, an applicant must not withdraw an application.", [(FEES, "An applicant must not withdraw an application after approval.")]),
    ("own matter in front", "For your statement of 2 November, a Market Participant may submit a dispute within 10 Business Days after the Settlement Statement is posted.", [first(DISPUTES)]),
    ("own figure in front", "As to your 38 MWh, a dispute of a Settlement Statement may be submitted within ten Business Days after the Settlement Statement is posted.", [first(DISPUTES)]),
    ("spaces in the quote", "An applicant must not withdraw an application after approval.", [(FEES, "An  applicant must\n not withdraw an application after approval")]),
    ("condition in front", "If the test result was wrong, the Operator must refund the fee.", [whole(TEST_FEES)]),
    ("what for in front", "For each repeated test, the Generator must pay the Operator a fee of $750.", [whole(TEST_FEES)]),
    ("bound kept", "Security must be provided in cash or by letter of credit no later than 3 Bank Business Days after the request.", [whole(SECURITY)]),
    ("denial without a duty", "No interest is paid on cash.", [whole(SECURITY)]),
    ("other than in front", "Other than invoices of the same Operating Day, a Counter-Party with a rating below BBB must not net invoices.", [whole(NETTING)]),
    ("at least in figures", "Meter data must be kept for at least 7 years.", [whole(KEEPING)]),
    ("fresh 1", "By noon on the 15th day of every month, each Load Serving Entity must file its forecast with the Planning Council.", [whole(FORECASTS)]),
    ("fresh 2", "A forecast received after noon is deemed received on the next business day.", [whole(FORECASTS)]),
    ("fresh 3", "Provided that it states its reasons in writing within 5 days, the Planning Council may reject a forecast that deviates by more than 20% from the preceding forecast.", [whole(REJECTING)]),
    ("fresh 4", "Unless extended under Section 14.6, capacity rights expire two years after award.", [whole(EXPIRY)]),
    ("fresh 5", "An extension may be granted only once, for no more than twelve months.", [whole(EXPIRY)]),
    ("fresh 6", "Within 30 days of notice, the participant must repay underpaid amounts.", [whole(INTEREST)]),
    ("fresh 7", "Confidential data must not be disclosed to competitors or to the press.", [whole(DISCLOSING)]),
    ("fresh 8", "Confidential data may be disclosed to regulators and to a court.", [whole(DISCLOSING)]),
    ("fresh 10", "Interest at 4.5 percent per year must be paid by the Market Operator on overpaid amounts from the date of payment until refunded.", [whole(INTEREST)]),
]  # fmt: skip
