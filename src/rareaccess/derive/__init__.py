"""From tables to marts: the derivations of one pair, in the order that `build` gives."""
