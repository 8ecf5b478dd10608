"""How a Finding looks: numbers, tables, charts and page fragments. Nothing is computed here."""
