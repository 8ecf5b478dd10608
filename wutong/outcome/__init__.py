"""Did it work: indicators, targets and honest effects."""
