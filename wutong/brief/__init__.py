"""Questions for several engines, one question a file."""
