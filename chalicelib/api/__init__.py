"""The HTTP side: blueprints, request schemas, and the one table from domain errors to problem documents."""
