"""Money: what an hospital contact costs the NHS, and what a drug costs at its list price."""

from rareaccess.contracts.model import TableContract, number, text, whole

__all__ = ["ACTIVITIES", "PRICES", "UNIT_COSTS"]

ACTIVITIES = ("emergency admission", "elective admission", "other admission", "visit")

UNIT_COSTS = TableContract(
    "unit_costs",
    "a kind of hospital contact with its average cost",
    (
        text("activity", "kind of contact", codes=ACTIVITIES, fold="code"),
        number("pounds", "average cost, pounds", within=((0, 100_000),), filled=True),
        text("year", "financial year of the prices, such as 2022/23", fold="blanks"),
        text("source", "where the cost is published", fold="blanks"),
    ),
    key=("activity",),
    optional=True,
)
PRICES = TableContract(
    "prices",
    "a drug of a pair with its list price for a year of treatment",
    (
        text("pair", "the pair, as its settings name it", fold="small"),
        text("drug", "the drug: that of the pair, or one of a group", fold="blanks"),
        number("first_year", "list price of the first year, pounds", within=((0, 5_000_000),)),
        number("later_year", "list price of each further year, pounds", within=((0, 5_000_000),)),
        whole("price_year", "year of the price", within=((2000, 2100),)),
        text("source", "where the price is published", fold="blanks"),
    ),
    key=("pair", "drug"),
    optional=True,
)
