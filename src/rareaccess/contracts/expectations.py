"""What others have expected: how many people would be treated, and where the need is."""

from rareaccess.contracts.model import TableContract, day, number, text, whole

__all__ = ["EXPECTED_UPTAKE", "MEASURES", "NEED_SHARE", "PAIR"]

MEASURES = ("starts", "people on treatment")
PAIR = text("pair", "the pair, as its settings name it", filled=True, fold="small")

EXPECTED_UPTAKE = TableContract(
    "expected_uptake",
    "a figure of how many people were expected to be treated, with its source",
    (
        PAIR,
        text("source", "where the figure stands, as a key of the bibliography", filled=True,
             fold="blanks"),
        text("geography", "England, an NHS region or the code of a board", filled=True,
             fold="blanks"),
        day("from_date", "first day of the period", filled=True),
        day("to_date", "last day of the period", filled=True),
        whole("low", "the lower figure; empty of an upper one alone", within=((0, 1_000_000),)),
        whole("high", "the upper figure; the same where one is given", within=((0, 1_000_000),),
              filled=True),
        text("measure", "what is counted", codes=MEASURES, fold="code"),
    ),
    key=("pair", "source", "geography", "from_date", "measure"),
    optional=True,
    orders=(("from_date", "to_date"),),
)  # fmt: skip
NEED_SHARE = TableContract(
    "need_share",
    "a board with its share of the need for the drug in England, by one basis",
    (
        text("area", "ONS code of the integrated care board", shape=(
            "E54 and six digits", "E54[0-9]{6}"), filled=True, fold="capitals"),
        PAIR,
        text("basis", "what the share is of, such as registered patients", filled=True,
             fold="blanks"),
        number("share", "share of all of England, 0 to 1", within=((0, 1),), filled=True),
        text("source", "where the figure stands", fold="blanks"),
    ),
    key=("pair", "basis", "area"),
    optional=True,
)  # fmt: skip
