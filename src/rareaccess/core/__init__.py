"""What everything else stands on, with no analysis: errors, paths, files, the log."""
