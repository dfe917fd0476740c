"""Published data on which measures of equity are tested, each with where it comes from."""

import pandas as pd

# Clayton and Kaldor (1987), Biometrics 43:671, table 1: lip cancer in the 56 districts of
# Scotland, 1975 to 1980.
LIP_CANCER = pd.DataFrame(
    {
        "area": range(56),
        "observed": [
            9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7, 16, 31, 11, 7, 19,
            15, 7, 10, 16, 11, 5, 3, 7, 8, 11, 9, 11, 8, 6, 4, 10, 8, 2, 6, 19, 3, 2, 3, 28, 6, 1,
            1, 1, 1, 0, 0,
        ],
        "expected": [
            1.4, 8.7, 3.0, 2.5, 4.3, 2.4, 8.1, 2.3, 2.0, 6.6, 4.4, 1.8, 1.1, 3.3, 7.8, 4.6, 1.1,
            4.2, 5.5, 4.4, 10.5, 22.7, 8.8, 5.6, 15.5, 12.5, 6.0, 9.0, 14.4, 10.2, 4.8, 2.9, 7.0,
            8.5, 12.3, 10.1, 12.7, 9.4, 7.2, 5.3, 18.8, 15.8, 4.3, 14.6, 50.7, 8.2, 5.6, 9.3, 88.7,
            19.6, 3.4, 3.6, 5.7, 7.0, 4.2, 1.8,
        ],
    }
)  # fmt: skip

# Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46:348: admissions
# for acute coronary events in Sicily by month, 2002 to 2006, and the standardised population.
SICILY = pd.DataFrame(
    {
        "month": pd.date_range("2002-01-01", periods=59, freq="MS"),
        "events": [
            728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781,
            756, 766, 752, 765, 831, 879, 928, 914, 808, 937, 840, 916, 828, 845, 818, 860, 839,
            887, 886, 831, 796, 833, 820, 877, 758, 767, 738, 781, 843, 850, 908, 1021, 859, 976,
            888, 962, 838, 810, 876, 843, 936, 912,
        ],
        "people": [
            379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5,
            374653.2, 378485.6, 375955.5, 378349.7, 376762.4, 379032.3, 379360.4, 376162.0,
            377972.4, 381830.7, 379888.6, 380872.2, 380966.9, 381240.4, 382104.9, 381802.7,
            381656.3, 383680.0, 383504.2, 386462.9, 383783.1, 380836.8, 383483.0, 380906.2,
            382926.8, 384052.4, 384449.6, 383428.4, 388153.2, 388373.2, 386470.1, 386033.2,
            383686.4, 385509.3, 385901.9, 386516.6, 388436.5, 383255.2, 390148.7, 385874.9,
            391613.6, 391750.4, 394005.6, 391364.9, 391664.6, 389022.3, 391878.5, 388575.3,
            392989.0, 390018.8, 390712.3,
        ],
    }
)  # fmt: skip

# Help of phe_sii in the R package PHEindicatormethods: life expectancy by deprivation decile.
DECILES = pd.DataFrame(
    {
        "decile": range(1, 11),
        "population": [7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534],
        "value": [
            75.9334590, 78.3442383, 83.8360631, 83.6375400, 80.4655032, 81.1156760, 81.6930836,
            84.1900062, 80.5955641, 86.2894350,
        ],
        "se": [1.64, 1.58, 1.51, 1.78, 1.7, 1.56, 1.37, 1.4, 2.43, 1.57],
    }
)  # fmt: skip

# Fay and Feuer (1997), Statistics in Medicine 16:791: Down's syndrome in Michigan, 1950 to 1964,
# fifth and later births, by age of mother, with the births of all orders as the standard.
DOWN = pd.DataFrame(
    {
        "age_band": ["under 20", "20-24", "25-29", "30-34", "35-39", "40 and over"],
        "events": [0, 8, 63, 112, 262, 295],
        "population": [327, 30666, 123419, 149919, 104088, 34392],
        "weight": [0.1133, 0.3296, 0.2784, 0.1728, 0.0842, 0.0217],
    }
)

# O'Donnell and others (2008), Analyzing health equity using household survey data, World Bank,
# table 8.1: deaths under five per 1000 births in India, 1982 to 1992, by fifth of wealth.
INDIA = pd.DataFrame(
    {
        "quintile": range(1, 6),
        "population": [29939, 28776, 26528, 24689, 19739],
        "value": [154.7, 152.9, 119.5, 86.9, 54.3],
    }
)
