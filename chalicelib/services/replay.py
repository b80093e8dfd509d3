"""Failed messages sent again: whatever kept them from going out has been mended meanwhile.

One goes back among those that wait, with all its tries before it, and leaves the centre's desk; if it fails again, it
lies there again. Dispatch asks at the last moment whether it is still worth sending, as with any other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chalicelib.domain.messages import Channel, Message, MessageState
from chalicelib.services.installation import Installation


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the chosen messages, by id.

    `again`: due now. `overtaken`: somebody else replayed it meanwhile, or saw to it at the desk. `may_be_out`: an SMS
    that may have been delivered; left alone unless its sender accepts that it comes twice.
    """

    again: tuple[str, ...]
    overtaken: tuple[str, ...]
    may_be_out: tuple[str, ...]


def failed_messages(inst: Installation) -> Sequence[Message]:
    """Messages that nobody will send any more, the oldest first. One that cannot be read is found by reconcile."""
    return sorted(inst.outbox.stuck(), key=lambda each: (each.created_at, each.id))


def may_be_out(message: Message) -> bool:
    """Whether sending it again may deliver it twice: an SMS is sent at most once, an e-mail bears a stable id."""
    return message.state is MessageState.UNKNOWN and message.channel is Channel.SMS


def replay_messages(inst: Installation, only: Collection[str] | None = None, *, even_if_sent: bool = False) -> Replayed:
    """Make failed messages due now; `only` these ids, else all. Each is a write of its own: cut short, it goes on."""
    chosen = [each for each in failed_messages(inst) if only is None or each.id in only]
    left = [each for each in chosen if may_be_out(each) and not even_if_sent]
    now = inst.time.now()
    again = {each.id: inst.outbox.send_again(each, now) for each in chosen if each not in left}
    return Replayed(
        again=tuple(key for key, done in again.items() if done),
        overtaken=tuple(key for key, done in again.items() if not done),
        may_be_out=tuple(each.id for each in left),
    )
