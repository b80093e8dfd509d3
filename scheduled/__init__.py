"""Scheduled functions, one thin blueprint a job."""
