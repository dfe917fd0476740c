"""Care around the start of treatment, and patterns of care: descriptions, and no effects."""

from rareaccess.measures.course.contacts import (
    CONTACTS,
    LEAST_SETS,
    PERIODS,
    compare_contacts,
    release_quarters,
    release_years,
    tell_course,
)
from rareaccess.measures.course.patterns import (
    FEATURES,
    STABLE,
    Partition,
    agree,
    choose_partition,
    cluster_people,
    describe_features,
    describe_patterns,
    find_patterns,
    list_partitions,
    measure_stability,
    name_stability,
    tell_patterns,
)

__all__ = [
    "CONTACTS",
    "FEATURES",
    "LEAST_SETS",
    "PERIODS",
    "STABLE",
    "Partition",
    "agree",
    "choose_partition",
    "cluster_people",
    "compare_contacts",
    "describe_features",
    "describe_patterns",
    "find_patterns",
    "list_partitions",
    "measure_stability",
    "name_stability",
    "release_quarters",
    "release_years",
    "tell_course",
    "tell_patterns",
]
