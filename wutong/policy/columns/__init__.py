"""Columns of whole numbers, truths, texts and dates: said once, worked out by Polars, DuckDB or NumPy."""
