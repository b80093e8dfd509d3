"""Figures of a period, folded from the ledger's events alone. docs/figures.md defines each of them once."""
