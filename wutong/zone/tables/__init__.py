"""The declarations of all tables of a zone, by what they speak of."""
