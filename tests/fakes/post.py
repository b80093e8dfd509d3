"""A post office in memory: keeps what was sent, and fails when told to."""

from dataclasses import dataclass, field

from chalicelib.ports import Mail, TextMessage


@dataclass(slots=True)
class FakeMailer:
    """Mailer that keeps every e-mail. `failing`: what happens to mail for this address; under "*", for any."""

    sent: list[Mail] = field(default_factory=list)
    tried: list[Mail] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        self.tried.append(mail)
        error = self.failing.get(mail.to, self.failing.get("*"))
        if error is not None:
            raise error
        self.sent.append(mail)

    def to(self, address: str) -> list[Mail]:
        """What this person got."""
        return [mail for mail in self.sent if mail.to == address]


@dataclass(slots=True)
class FakeTextSender:
    """TextSender that keeps every SMS. `failing`: what happens to SMS for this number; under "*", for any."""

    sent: list[TextMessage] = field(default_factory=list)
    tried: list[TextMessage] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)

    def send(self, text: TextMessage) -> None:
        """See TextSender."""
        self.tried.append(text)
        error = self.failing.get(text.to, self.failing.get("*"))
        if error is not None:
            raise error
        self.sent.append(text)
