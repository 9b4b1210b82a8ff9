"""serve: answer over HTTP until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jobs.shell.command import Place, command
from jobs.shell.failures import DONE, UsageFailure
from jobs.shell.shared_options import SecondsType, SizeType

if TYPE_CHECKING:
    import socket


@command("serve", organisation=False)
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Listen there; 0.0.0.0: everywhere."
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Listen at this port; 0: at any that is free.",
)
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Answer in so many processes.",
)
@click.option(
    "--count",
    type=click.Choice(["page", "total"]),
    default="page",
    show_default=True,
    help="What `count` of a list of people is: how many are on the page, or how many there are.",
)
@click.option("--gravatar", is_flag=True, help="Give people without an image a link to Gravatar's.")
@click.option(
    "--requests-per-minute",
    metavar="N",
    type=click.IntRange(min=0, max=10**9),
    default=3000,
    show_default=True,
    help="What a credential may ask, over all processes; 0: as much as it likes.",
)
@click.option(
    "--largest-body",
    metavar="SIZE",
    type=SizeType(),
    default="10M",
    show_default=True,
    help="The largest body that is read as a whole.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(0, 64),
    default=1,
    show_default=True,
    help="Import files that are sent in so many processes beside; 0: another server does.",
)
@click.option(
    "--largest-upload",
    metavar="SIZE",
    type=SizeType(),
    default="1G",
    show_default=True,
    help="The largest file that may be sent to be imported.",
)
@click.option(
    "--waiting-uploads",
    metavar="N",
    type=click.IntRange(1, 10**6),
    default=100,
    show_default=True,
    help="How many files of an organisation may wait to be imported, before others are told to come again.",
)
@click.option(
    "--notify",
    "notified",
    metavar="ORIGIN",
    multiple=True,
    help="A server that may be told what has become of a file, such as https://hooks.example; several for several.",
)
@click.option(
    "--wait",
    metavar="SECONDS",
    type=SecondsType(min=0, max=86_400),
    default=5.0,
    show_default=True,
    help="How long a write waits for an import of the organisation before it is told to come again.",
)
@click.option("--log-requests", is_flag=True, help="Tell of each request on standard error, without anything personal.")
def main(
    place: Place,
    *,
    host: str,
    port: int,
    processes: int,
    count: str,
    gravatar: bool,
    requests_per_minute: int,
    largest_body: int,
    workers: int,
    largest_upload: int,
    waiting_uploads: int,
    notified: tuple[str, ...],
    wait: float,
    log_requests: bool,
) -> int:
    """Answer over HTTP, of people and groups as Watershed's APIs do, of statements as xAPI says.

    What can be asked, /openapi.json tells. Nobody is answered without a credential, which lrs-people create-credential
    makes. It runs until it is told to stop (Ctrl-C, SIGTERM), and then finishes what it is at.
    """
    try:
        from jobs.serving.processes import listening, serve
        from jobs.serving.uploads.notifying import origin
        from jobs.serving.uploads.working import working
    except ImportError as error:
        raise UsageFailure(f"serve needs an extra: pip install '.[http]' in the clone ({error.name})") from None
    from jobs.serving.settings import Settings
    from sql import queue
    from sql.embedded import revived

    for one in notified:
        if origin(one) != one:
            raise UsageFailure(f"--notify: {one!r} is no origin such as https://hooks.example")
    settings = Settings(
        place.url,
        embedded=place.database.embedded,
        counts_all=count == "total",
        gravatar=gravatar,
        per_minute=requests_per_minute,
        largest_body=largest_body,
        largest_upload=largest_upload,
        waiting_uploads=waiting_uploads,
        notified=notified,
        patience=wait,
        logs_requests=log_requests,
        debug=place.debug,
    )
    with place.database.begin() as transaction:
        only_reads = transaction.only_reads()
    if only_reads:
        workers = 0
    elif workers:
        queue.make(place.database)
    with listening(host, port) as listener, working(settings, workers):
        _tell(place, listener, processes, only_reads=only_reads)
        serve(settings, listener, processes, revived if place.database.embedded else None)
    return DONE


def _tell(place: Place, listener: socket.socket, processes: int, *, only_reads: bool) -> None:
    """Where it can be reached, now that it can."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    place.terminal.line(place.where)
    if only_reads:
        place.terminal.line("it can only be read: what would change it is refused")
    place.terminal.line(f"listening on {url} (Ctrl-C stops it)")
    place.terminal.result({"database": place.database.name, "url": url, "processes": processes})
    place.terminal.so_far()


if __name__ == "__main__":
    main()
