"""The truth beside the records: what they must give, what was planted, what a recount finds."""
