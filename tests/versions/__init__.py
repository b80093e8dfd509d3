"""Data that earlier versions of the code left behind, and what the present one makes of it."""
