"""Pure rules: no AWS, no files, no clock, no randomness. Everything comes in as an argument."""
