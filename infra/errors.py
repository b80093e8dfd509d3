"""The one error that operator code raises on purpose."""


class OperatorError(Exception):
    """Something the operator can mend. The text says what is wrong and what to do; no traceback is shown."""
