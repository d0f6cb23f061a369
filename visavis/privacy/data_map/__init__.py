"""What is kept and why: every field of every table, by module."""
