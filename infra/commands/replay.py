"""Send failed messages again, and run failed jobs again.

Without an option it only lists: (a) e-mails and SMS that nobody will send any more, (b) runs of scheduled jobs that
failed for good (a deployed installation has a queue of them). Mend first what made them fail: `doctor` helps.

A message goes out with the next dispatch, a minute later at most, and leaves the centre's desk. An SMS that may have
been delivered is sent again only with --even-if-sent. A job is run once, however often it failed, and its entries leave
the queue only when it succeeds.

    python -m infra replay --stage production
    python -m infra replay --stage production --messages --yes
    python -m infra replay --stage production --only sweep --yes
"""

import argparse
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from infra.errors import OperatorError
from infra.target import add_target, opened

if TYPE_CHECKING:
    from chalicelib.domain.messages import Message
    from chalicelib.services.installation import Installation
    from infra.cloud.dead_letters import DeadLetter
    from infra.cloud.deployed import Deployed

_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to replay, and that it is really meant."""
    parser.add_argument("--messages", action="store_true", help="the failed messages")
    parser.add_argument("--jobs", action="store_true", help="the failed runs of jobs")
    parser.add_argument("--all", action="store_true", help="both")
    parser.add_argument(
        "--only", action="append", metavar="ID", help="this one: a message's id, a run's id, or a job's name"
    )
    parser.add_argument("--even-if-sent", action="store_true", help="also SMS that may have been delivered already")
    parser.add_argument("--yes", action="store_true", help="do it; without this, it is only shown")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """List; and with --yes do it."""
    from chalicelib.services.replay import failed_messages
    from infra.cloud.dead_letters import RUNNING_SECONDS, held

    container, found = opened(args)
    inst = container.installation
    only = None if args.only is None else set(args.only)
    messages = [each for each in failed_messages(inst) if only is None or each.id in only]
    letters: AbstractContextManager[list[DeadLetter]] = nullcontext([])
    if found is not None:
        letters = held(found, RUNNING_SECONDS) if args.yes else held(found)
    with letters as all_runs:
        runs = [each for each in all_runs if only is None or only & {each.id, each.job}]
        if only is not None and not messages and not runs:
            raise OperatorError("Nothing that failed has this id or job. Without --only all of it is listed.")
        _list_messages(messages, inst.zone)
        _list_runs(runs, inst.zone, found)
        # An id or a job's name says by itself which of the two is meant.
        both = args.all or (only is not None and not (args.messages or args.jobs))
        send, start = bool(messages) and (both or args.messages), bool(runs) and (both or args.jobs)
        if (send or start) and not args.yes:
            raise OperatorError("Nothing was done. Mend the cause first (doctor names it), then add --yes.")
        if send:
            _replay(inst, {each.id for each in messages}, even_if_sent=args.even_if_sent)
        return _run_jobs(found, runs) if start and found else 0


def _list_messages(messages: "Sequence[Message]", zone: ZoneInfo) -> None:
    """What failed, since when it was owed, how often it was tried and why. Never to whom."""
    print(f"Messages that failed for good: {len(messages)}")
    for each in messages[:_SHOWN]:
        since = f"{each.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
        fate = "may be out already" if each.state.value == "unknown" else "failed"
        print(f"  {each.id}  {each.template}  {each.channel.value}  {fate}: {each.note or 'no reason noted'}")
        print(f"      owed since {since}, {each.tries} {'try' if each.tries == 1 else 'tries'}")
    if len(messages) > _SHOWN:
        print(f"  and {len(messages) - _SHOWN} more; in all, by template and reason:")
        for (template, note), count in Counter((each.template, each.note) for each in messages).most_common():
            print(f"  {count:6}  {template}: {note or 'no reason noted'}")


def _list_runs(runs: "Sequence[DeadLetter]", zone: ZoneInfo, found: "Deployed | None") -> None:
    if found is None:
        print("Failed runs of jobs: a stand keeps none; its jobs tick while it runs.")
        return
    print(f"Failed runs of jobs: {len(runs)}")
    for each in runs[-_SHOWN:]:
        print(f"  {each.id}  {each.job}  {each.at.astimezone(zone):%Y-%m-%d %H:%M}  {each.why or 'no reason told'}")
    if len(runs) > _SHOWN:
        print(f"  and {len(runs) - _SHOWN} older ones")


def _replay(inst: "Installation", ids: Collection[str], *, even_if_sent: bool) -> None:
    from chalicelib.services.replay import replay_messages

    done = replay_messages(inst, ids, even_if_sent=even_if_sent)
    print(f"messages: {len(done.again)} go out with the next dispatch")
    if done.overtaken:
        print(f"  {len(done.overtaken)} were replayed or seen to by somebody else meanwhile")
    if done.may_be_out:
        print(
            f"  {len(done.may_be_out)} SMS may have been delivered already and were left alone; "
            "to send them all the same, add --even-if-sent"
        )


def _run_jobs(found: "Deployed", runs: "Sequence[DeadLetter]") -> int:
    """Each job once, however often it failed: it takes up all that is owed. 1 when one failed again."""
    from infra.cloud.dead_letters import UNKNOWN_JOB, remove, run_again

    failed = False
    for job in dict.fromkeys(each.job for each in runs):
        of_job = [each for each in runs if each.job == job]
        if job == UNKNOWN_JOB:
            print(f"  {len(of_job)} runs name no job of this installation; they stay in the queue for 14 days")
            failed = True
            continue
        print(f"  {job}: running, this may take up to 15 minutes ...", flush=True)
        error = run_again(found, job)
        if error is None:
            remove(found, of_job)
            print(f"  {job}: succeeded; {len(of_job)} failed {'run' if len(of_job) == 1 else 'runs'} done with")
        else:
            failed = True
            print(f"  {job}: failed again: {error}. Its log says where: log group {found.log_of(job)}")
    return 1 if failed else 0
