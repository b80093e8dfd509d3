"""Looks an installation over, and says of each part whether it is well and what to do when it is not."""
