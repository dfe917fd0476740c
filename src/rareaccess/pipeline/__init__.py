"""The steps of a report: check, prepare, run, render, and the commands around them."""
