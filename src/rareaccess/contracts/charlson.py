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


# condition: its name, its weights of 1987 (Charlson) and 2011 (Quan), its prefixes (Quan 2005)
_DECLARED = {
    "mi": ("Myocardial infarction", 1, 0, "I21 I22 I252"),
    "chf": (
        "Congestive heart failure",
        1,
        2,
        "I099 I110 I130 I132 I255 I420 I425-I429 I43 I50 P290",
    ),
    "pvd": (
        "Peripheral vascular disease",
        1,
        0,
        "I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959",
    ),
    "cevd": ("Cerebrovascular disease", 1, 0, "G45 G46 H340 I60-I69"),
    "dementia": ("Dementia", 1, 2, "F00-F03 F051 G30 G311"),
    "cpd": ("Chronic pulmonary disease", 1, 1, "I278 I279 J40-J47 J60-J67 J684 J701 J703"),
    "rheumd": ("Rheumatic disease", 1, 1, "M05 M06 M315 M32 M33 M34 M351 M353 M360"),
    "pud": ("Peptic ulcer disease", 1, 0, "K25-K28"),
    "mld": (
        "Mild liver disease",
        1,
        2,
        "B18 K700-K703 K709 K713-K715 K717 K73 K74 K760 K762-K764 K768 K769 Z944",
    ),
    "diab": ("Diabetes without complications", 1, 0, _diabetes("01689")),
    "diabwc": ("Diabetes with complications", 2, 1, _diabetes("23457")),
    "hp": ("Hemiplegia or paraplegia", 2, 2, "G041 G114 G801 G802 G81 G82 G830-G834 G839"),
    "rend": (
        "Renal disease",
        2,
        1,
        "I120 I131 N032-N037 N052-N057 N18 N19 N250 Z490-Z492 Z940 Z992",
    ),
    "canc": ("Cancer", 2, 2, "C00-C26 C30-C34 C37-C41 C43 C45-C58 C60-C76 C81-C85 C88 C90-C97"),
    "msld": (
        "Moderate or severe liver disease",
        3,
        4,
        "I850 I859 I864 I982 K704 K711 K721 K729 K765-K767",
    ),
    "metacanc": ("Metastatic cancer", 6, 6, "C77-C80"),
    "aids": ("HIV and AIDS", 6, 4, "B20-B22 B24"),
}
CONDITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {key: _spread(codes) for key, (*_, codes) in _DECLARED.items()}
)
WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "1987": {key: weight for key, (_, weight, _, _) in _DECLARED.items()},
        "2011": {key: weight for key, (_, _, weight, _) in _DECLARED.items()},
    }
)
NAMES = {key: name for key, (name, *_) in _DECLARED.items()}
OVER = MappingProxyType({"msld": "mld", "diabwc": "diab", "metacanc": "canc"})
