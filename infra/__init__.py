"""The operator side: stand, packaging, imports. Never part of the deployed bundle."""
