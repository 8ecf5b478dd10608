"""Invented zones of any size, marked as invented, with truths planted in them for tests to find again."""
