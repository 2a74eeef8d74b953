"""What holds for every connection to DuckDB."""

SESSION = "SET TimeZone = 'UTC'; SET enable_progress_bar = false"
"""In a notebook DuckDB would draw a bar of progress into what a page or a program reads."""
