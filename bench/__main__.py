"""Measure kwtools against its floors and peers, in one run, on a server of its own.

Prints figures and ratios; ratios hold between machines better than figures do. What misses its
goal is marked.
"""

import argparse
import importlib
import json
from dataclasses import asdict
from pathlib import Path

from bench import page, report
from bench.measure import Table
from bench.server import Server

GROUPS = (
    "read", "wrap", "bind", "scalar", "session", "vault", "branches", "growth", "shredded",
    "layers", "queue", "seals", "kms", "sign", "sealing", "state", "audited", "lines",
    "tokens", "views", "protect", "metrics", "console", "large_console",
)  # fmt: skip


def main() -> None:
    """Run the groups that are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--bindings", type=int, default=20_000, help="how many there are (20,000)")
    parser.add_argument("--rows", type=int, help="of the tables of tokens and protect")
    parser.add_argument("--rounds", type=int, default=15, help="of each workload (15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument(
        "--page", action="store_true", help="write the figures into docs/performance.md"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.groups) - set(GROUPS)
    if unknown:
        parser.error(f"not a group: {', '.join(sorted(unknown))}")
    found: dict[str, list[Table]] = {}
    with Server(arguments.bindings, arguments.rounds, arguments.rows) as server:
        for group in arguments.groups or GROUPS:
            found[group] = []
            for table in importlib.import_module(f"bench.{group}").run(server):
                print(report.text(table), flush=True)
                found[group].append(table)
        described = server.described()
    if arguments.json:
        figures = {group: [asdict(table) for table in tables] for group, tables in found.items()}
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    if arguments.page:
        page.write(found, described, is_whole=not arguments.groups)


if __name__ == "__main__":
    main()
