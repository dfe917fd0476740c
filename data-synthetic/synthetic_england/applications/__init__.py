"""The drugs of a pair, and every form on which people apply for one."""
