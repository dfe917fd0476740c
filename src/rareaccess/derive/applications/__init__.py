"""Applications for prior approval: which one starts the drug, for whom, and by which trust."""
