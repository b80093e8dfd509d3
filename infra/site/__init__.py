"""Builds the website: pages in every language, bundled scripts and styles, for one county's settings."""
