"""Use cases: one a module. A function takes ports and values and returns values."""
