"""The whole product deployed into an emulator that enforces every policy, and used there as people would use it."""
