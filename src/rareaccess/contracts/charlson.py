"""Charlson conditions in ICD-10 (Quan 2005): their codes, weights, hierarchy and names."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CONDITIONS", "NAMES", "OVER", "WEIGHTS"]


def _spread(text: str) -> tuple[str, ...]:
    """Return the prefixes of a line, ranges such as I60-I69 written out.

    Examples
    --------
    >>> _spread("I60-I62 H340")
    ('I60', 'I61', 'I62', 'H340')
    """
    prefixes: list[str] = []
    for word in text.split():
        first, _, last = word.partition("-")
        width = len(first) - 1
        stop = int(last[1:]) if last else int(first[1:])
        prefixes += [f"{first[0]}{n:0{width}d}" for n in range(int(first[1:]), stop + 1)]
    return tuple(prefixes)


def _diabetes(fourth: str) -> str:
    return " ".join(f"E1{kind}{digit}" for kind in range(5) for digit in fourth)


# Quan et al. 2005, ICD-10 version: condition -> prefixes; the order is that of the weights.
CONDITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mi": _spread("I21 I22 I252"),
        "chf": _spread("I099 I110 I130 I132 I255 I420 I425-I429 I43 I50 P290"),
        "pvd": _spread("I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959"),
        "cevd": _spread("G45 G46 H340 I60-I69"),
        "dementia": _spread("F00-F03 F051 G30 G311"),
        "cpd": _spread("I278 I279 J40-J47 J60-J67 J684 J701 J703"),
        "rheumd": _spread("M05 M06 M315 M32 M33 M34 M351 M353 M360"),
        "pud": _spread("K25-K28"),
        "mld": _spread("B18 K700-K703 K709 K713-K715 K717 K73 K74 K760 K762-K764 K768 K769 Z944"),
        "diab": _spread(_diabetes("01689")),
        "diabwc": _spread(_diabetes("23457")),
        "hp": _spread("G041 G114 G801 G802 G81 G82 G830-G834 G839"),
        "rend": _spread("I120 I131 N032-N037 N052-N057 N18 N19 N250 Z490-Z492 Z940 Z992"),
        "canc": _spread("C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C81-C85 C88 C90-C97"),
        "msld": _spread("I850 I859 I864 I982 K704 K711 K721 K729 K765-K767"),
        "metacanc": _spread("C77-C80"),
        "aids": _spread("B20-B22 B24"),
    }
)
WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "1987": dict(
            zip(CONDITIONS, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 6, 6), strict=True)
        ),
        "2011": dict(
            zip(CONDITIONS, (0, 2, 0, 0, 2, 1, 1, 0, 2, 0, 1, 2, 1, 2, 4, 6, 4), strict=True)
        ),
    }
)
OVER = MappingProxyType({"msld": "mld", "diabwc": "diab", "metacanc": "canc"})
NAMES = {
    "mi": "Myocardial infarction",
    "chf": "Congestive heart failure",
    "pvd": "Peripheral vascular disease",
    "cevd": "Cerebrovascular disease",
    "dementia": "Dementia",
    "cpd": "Chronic pulmonary disease",
    "rheumd": "Rheumatic disease",
    "pud": "Peptic ulcer disease",
    "mld": "Mild liver disease",
    "diab": "Diabetes without complications",
    "diabwc": "Diabetes with complications",
    "hp": "Hemiplegia or paraplegia",
    "rend": "Renal disease",
    "canc": "Cancer",
    "msld": "Moderate or severe liver disease",
    "metacanc": "Metastatic cancer",
    "aids": "HIV and AIDS",
}
