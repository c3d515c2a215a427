"""The command ``layerwarp``: starts the server and opens the page."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from layerwarp.app.serving.names import LARGEST_PORT, read_authority, read_origin

OPEN_FILES = 65_536


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command.

    Args:
        arguments: The command line without the program's name; None reads ``sys.argv``.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "warm" and options.no_cache:
        parser.error("warm puts compiled programs on the disk; it cannot do so with --no-cache")
    if options.files and options.command != "lessons":
        parser.error(f"files belong to the command lessons; got {options.files[0]}")
    raise_open_file_limit()
    # The layers are too small to share between cores; threads would only get in each other's way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imported late: `layerwarp --help` should not wait for Streamlit.
    from layerwarp.app.work import compiler

    if not options.no_cache:
        compiler.keep_programs()
    if options.command == "warm":
        from layerwarp.app.pages.depth_width.grid import USUAL_GRID

        compiler.compile_all(USUAL_GRID.shapes)
        return
    if options.command == "lessons":
        _write_lessons(parser, options)
        return
    from layerwarp.app import server

    server.run(
        options.address,
        options.port,
        open_browser=not options.no_browser,
        hosts=options.allow_host,
        frames=options.allow_frame,
        metrics_for_all=options.metrics,
    )


def _write_lessons(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    from layerwarp.app.pages.lessons import reading, static

    try:
        lessons = static.read_files(options.files) if options.files else reading.lessons()
        for path in static.write(lessons, options.out, options.app or static.APP):
            print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    except (OSError, reading.LessonError) as error:
        parser.error(str(error))


def raise_open_file_limit() -> None:
    """Raise the soft limit of open files as far as allowed: a visitor takes four."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS allows less than it says
        return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="layerwarp", description="See how a neural network bends space."
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("warm", "lessons"),
        help="warm: compile all programs now, before a lesson, and serve nothing; lessons: write "
        "the lessons, or those of the files, as pages that need no server",
    )
    parser.add_argument("files", nargs="*", type=Path, help="of lessons: a teacher's own, in TOML")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("lessons"),
        metavar="DIR",
        help="of lessons: the folder to write to (default: lessons)",
    )
    parser.add_argument(
        "--app",
        type=_origin,
        metavar="ORIGIN",
        help="of lessons: where an app runs that the files link to for what has to be trained "
        "(default: http://localhost:8501)",
    )
    parser.add_argument(
        "--port", type=_port, help="where to serve the page (default: 8501 or the next free one)"
    )
    parser.add_argument(
        "--address",
        default="localhost",
        help="where to listen; 0.0.0.0 lets other machines in (default: this machine only)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        type=_host,
        metavar="NAME",
        help="serve the page by this name too, beside localhost, addresses in numbers and this "
        "machine's own name; may be given several times",
    )
    parser.add_argument(
        "--allow-frame",
        action="append",
        default=[],
        type=_origin,
        metavar="ORIGIN",
        help="let only this site show embedded pages in frames; may be given several times "
        "(default: any site)",
    )
    parser.add_argument(
        "--metrics",
        action="store_true",
        help="show the numbers at /metrics to other machines too (default: to this one only)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open the page in the browser"
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="keep no compiled programs in this user's cache, and use none that are there",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_PORT):
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 65535; got {text!r}")
    return int(text)


def _host(text: str) -> str:
    host = read_authority(text)
    if host is None or host.port:
        rule = "must be a host name such as maths.example.org, without scheme, port or path"
        raise argparse.ArgumentTypeError(f"{rule}; got {text!r}")
    return host.name


def _origin(text: str) -> str:
    if read_origin(text) is None:
        rule = "must be http:// or https:// and a host name, and no path: https://maths.example.org"
        raise argparse.ArgumentTypeError(f"{rule}; got {text!r}")
    return text.lower()


if __name__ == "__main__":
    main()
