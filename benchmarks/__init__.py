"""Benchmarks: how fast and how frugal the pipeline is, beside what else one would use.

`make bench` runs them all; `make bench SIZE=S` does so on tables of a few thousand rows.
"""
