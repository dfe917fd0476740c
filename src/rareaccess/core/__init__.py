"""What everything stands on, and no analysis: errors, paths, files, the log."""
