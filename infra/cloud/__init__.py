"""An installation in a cloud account: put there, looked after, taken away. The same code meets the emulator."""
