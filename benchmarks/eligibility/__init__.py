"""Whether the estimator of need finds the truth, in worlds of plain frames, and where it fails."""
