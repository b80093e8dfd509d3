"""The HTTP side: routes, views, request schemas, and the one table from domain errors to problem documents."""
