"""Released frames as pictures and tables; nothing here computes a result."""
