"""Measures remit beside other tools on the same content, and keeps every run as JSON.

    python tests/bench                                            all groups, 100 mandates
    python tests/bench --only SITE --sizes 1000 --rounds 3 --to build/bench/site.json
    python tests/bench --only SITE --tools Remit,Hugo
    python tests/bench --page build/bench/*.json         docs/performance.md from results

Groups: SITE (from nothing), EDIT (one field, nothing), CHECK (here sizes are records), DOCUMENTS.
Each round does every task once, remit and the others in turn, so that a busy machine harms all
alike. A tool that takes longer or more memory than the limits is ended, and left out of the next
rounds. Registers, sources of the others and their environments are kept in the folder of --home and
made when they are not there, untimed; --ready makes them and measures nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.environments import default_folder
from bench.measuring import Limits, run_all, size_of
from bench.report import write_page
from bench.results import Results, Run, machine
from bench.tasks import A_PAGE, GROUPS, Plan, Task, tasks_of


def measure(tasks: list[Task], rounds: int, plan: Plan, results: Results) -> None:
    """Every task `rounds` times, one round after the other; results are kept after each run."""
    given_up: set[int] = set()
    for number in range(1, rounds + 1):
        for place, task in enumerate(tasks):
            if place in given_up:
                continue
            if number == 1:
                task.once()
            task.before(number)
            run = _timed(task, number, plan)
            print(f"{number}: {run}", file=sys.stderr)
            results.add(run)
            if run.ended:
                given_up.add(place)


def _timed(task: Task, number: int, plan: Plan) -> Run:
    load = os.getloadavg()[0]
    cost = run_all(task.commands, task.folder, plan.limits)
    ended = cost.ended or ("" if task.right(number) else "wrong")
    size, files = size_of(task.out) if task.out and not ended else (0, 0)
    page = 0
    if task.out:
        page = max((size_of(found)[0] for found in task.out.glob(f"*/{A_PAGE}")), default=0)
    return Run(
        task.group,
        task.work,
        task.tool,
        task.size,
        task.units,
        number,
        round(cost.seconds, 3),
        round(cost.cpu, 3),
        round(cost.memory),
        size,
        files,
        page,
        round(load, 1),
        ended,
    )


def main() -> None:
    given = _arguments()
    if given.page:
        write_page([Path(name) for name in given.page], given.docs)
        return
    sizes = tuple(int(size) for size in given.sizes.split(","))
    tools = tuple(name.strip() for name in given.tools.split(",") if name.strip())
    contents = tuple(given.contents.split(","))
    limits = Limits(given.limit, given.memory)
    plan = Plan(sizes, tools, contents, given.documents, given.home.resolve(), limits)
    results = Results(given.to, machine())
    for group in given.only.upper().split(","):
        tasks = list(tasks_of(group, plan))
        if not given.ready:
            measure(tasks, given.rounds, plan, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100", help="mandates (CHECK: records), with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, with commas")
    parser.add_argument("--tools", default="", help="beginnings of tools' names, with commas")
    parser.add_argument("--contents", default="pages,mandates", help="what the others' sites hold")
    parser.add_argument("--limit", type=float, default=600, help="seconds that a run may take")
    parser.add_argument("--memory", type=float, default=_most_memory(), help="MB it may take")
    parser.add_argument("--documents", type=int, default=100, help="documents of a format, at most")
    parser.add_argument("--home", type=Path, default=default_folder(), metavar="FOLDER")
    parser.add_argument("--to", type=Path, default=Path("build/bench/results.json"))
    parser.add_argument("--ready", action="store_true", help="make all ready, measure nothing")
    parser.add_argument("--page", nargs="+", metavar="FILE", help="results to make the page of")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="the page's folder")
    return parser.parse_args()


def _most_memory() -> float:
    """Two thirds of the machine's, so that no tool takes the others down with it."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**2 * 2 / 3


if __name__ == "__main__":
    main()
