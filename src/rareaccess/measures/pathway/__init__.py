"""From approval and first code to treatment: who starts, how soon, and what happens on the way."""

from rareaccess.measures.pathway.centres import (
    LOW_VOLUME,
    MARKS,
    count_first_patients,
    find_funded_within,
    list_first_patients,
    summarise_first_patients,
)
from rareaccess.measures.pathway.expected import ENGLAND, compare_expected, tell_expected
from rareaccess.measures.pathway.forms import count_missing, list_missing
from rareaccess.measures.pathway.groups import describe_people, part_people, read_group
from rareaccess.measures.pathway.incidence import (
    HORIZONS,
    choose_horizon,
    compare_incidence,
    estimate_incidence,
    follow_groups,
    follow_starts,
    head_end,
    tabulate_incidence,
    tell_end,
    time_starts,
)
from rareaccess.measures.pathway.need import (
    ELSEWHERE,
    count_by_place,
    name_ends,
    rate_need,
    rate_places,
    tell_need,
)
from rareaccess.measures.pathway.steps import (
    count_steps,
    release_outcomes,
    summarise_care,
    summarise_outcomes,
    summarise_waits,
    tabulate_emergencies,
)

__all__ = [
    "ELSEWHERE",
    "ENGLAND",
    "HORIZONS",
    "LOW_VOLUME",
    "MARKS",
    "choose_horizon",
    "compare_expected",
    "compare_incidence",
    "count_by_place",
    "count_first_patients",
    "count_missing",
    "count_steps",
    "describe_people",
    "estimate_incidence",
    "find_funded_within",
    "follow_groups",
    "follow_starts",
    "head_end",
    "list_first_patients",
    "list_missing",
    "name_ends",
    "part_people",
    "rate_need",
    "rate_places",
    "read_group",
    "release_outcomes",
    "summarise_care",
    "summarise_first_patients",
    "summarise_outcomes",
    "summarise_waits",
    "tabulate_emergencies",
    "tabulate_incidence",
    "tell_end",
    "tell_expected",
    "tell_need",
    "time_starts",
]
