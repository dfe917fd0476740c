"""What is declared rather than coded: the England, its worlds, its pairs, the planted faults."""
