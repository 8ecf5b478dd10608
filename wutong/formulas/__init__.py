"""Formulas on NumPy arrays. They know shapes and nothing of zones, files or yuan."""
