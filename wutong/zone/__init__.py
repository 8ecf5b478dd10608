"""The facts: what a zone knows about itself, from files to checked tables."""
