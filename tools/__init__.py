"""What developing needs and no build of the report: makers of committed files."""
