"""Phone numbers as gateways want them."""

import re

from chalicelib.ports import RefusedError

CHINA = "+86"


def international(phone: str) -> str:
    """The number in E.164, mainland China unless it says otherwise. Raises RefusedError when it is none."""
    digits = re.sub(r"[\s()（）.\-－]", "", phone)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if re.fullmatch(r"86\d{11}", digits):
        digits = f"+{digits}"
    if not digits.startswith("+"):
        digits = CHINA + digits.removeprefix("0")
    if not re.fullmatch(r"\+[1-9]\d{6,14}", digits, re.ASCII):
        raise RefusedError("bad_phone_number")
    return digits
