"""`python -m tests.bench.letters [N]`: what a letter costs, three ways, side by side on one core. Nothing is asserted.

(a) one WeasyPrint call a letter, style sheets read anew each time, as a project does that thinks nothing of it
(b) this project's single letter (`render_pdf`)
(c) a print run through the real code: numbered, rendered, stored each as its own PDF with its hash, and merged into one file

Each way is a process of its own. They work by turns, a round each, so that what else the machine does hits them alike;
the medians of the rounds are told. The letters are a mix of real kinds, made by the product itself.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.settings"

import django  # noqa: E402

django.setup()

from django.db import connection, connections  # noqa: E402
from django.test import override_settings  # noqa: E402
from weasyprint import HTML  # noqa: E402

from config.desk import clock, scratch  # noqa: E402
from config.desk.step import step  # noqa: E402
from notices import printing, pump, workflow  # noqa: E402
from notices.composing import letter_of  # noqa: E402
from notices.models import Delivery, LetterContent, Notice  # noqa: E402
from notices.rendering.content import Letter  # noqa: E402
from notices.rendering.html import letter_html  # noqa: E402
from notices.rendering.merge import merge  # noqa: E402
from notices.rendering.pdf import STYLES, render_pdf  # noqa: E402
from tests.support import databases  # noqa: E402
from tests.support.world import World, at  # noqa: E402

ROUNDS = 5
TODAY = at("2026-11-24T10:00")
NAMES = (
    "株式会社あおば印刷",
    "かえで商事株式会社",
    "一般社団法人さざなみ地域情報基盤推進機構",
    "有限会社しらかば製作所",
    "たちばな運輸株式会社",
)
WAYS = {"a": "(a) 1通ずつ WeasyPrint", "b": "(b) render_pdf", "c": "(c) 印刷（採番・保存・結合まで）"}


@dataclass(frozen=True)
class Round:
    """One round of one way: seconds a letter (by the wall, by the processor), bytes a letter, memory now and at most (MB)."""

    wall: float
    cpu: float
    size: float
    now: float
    most: float


# --- the letters ------------------------------------------------------------------------------------------------------


@contextmanager
def a_database() -> Iterator[None]:
    """Migrated, of its own, gone afterwards; on SQLite, or on the server of KIYAKU_TEST_DATABASE_URL."""
    with ExitStack() as stack:
        if databases.is_postgres():
            databases.make_migrated()
            name = f"{connection.settings_dict['NAME']}_letters"
            databases.clone(databases.migrated_name(), name)
            stack.callback(databases.drop, name)
        else:
            file = Path(stack.enter_context(TemporaryDirectory(prefix="kiyaku-bench-"))) / "bench.sqlite3"
            scratch.begin_from_migrated(file)
            databases.migrate(str(file))
            name = str(file)
        connection.settings_dict["NAME"] = name
        yield


def moulds() -> list[Notice]:
    """One letter of each of several kinds, to several customers, as the verbs order them."""
    world, channels = World(), ["post"]
    for name in NAMES:
        given = {"name": name, "address": f"静岡県浜松市中央区見本町一丁目2番3号　{name[-4:]}ビル4階"}
        application = world.application(TODAY, **given)
        for ground in "12345":
            judged = {"ground": ground, "finding": "clear", "reason": "記録による"}
            world.press("applications.judge_ground", application, by="rin", at=TODAY, **judged)
        world.do("applications.accept", application, by="rin", at=TODAY, channels=["email"])
    for _ in range(2):
        world.noticed_case(TODAY, channels)
    decision = world.refusal(TODAY)
    world.do("decisions.approve", decision, by="mio", at=TODAY, reason="")
    return list(Notice.objects.exclude(kind__endswith="hand_over").filter(number__isnull=False).order_by("pk"))


def order(mould: Notice, turn: int) -> Notice:
    """The same letter once more, by post."""
    return workflow.order(
        mould.kind, mould.subject, customer=mould.customer, by=mould.ordered_by, at=TODAY, fields=mould.fields,
        channels=["post"], key=f"bench:{turn}",
    )  # fmt: skip


# --- three ways, each in a process of its own ---------------------------------------------------------------------------


def naive(letters: Iterator[Letter], number: int) -> Callable[[], float]:
    """The markup is there already: only WeasyPrint is timed."""
    head = '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title></title></head><body>'
    pages = [f"{head}{letter_html(letter, on_paper=True)}</body></html>" for letter in islice(letters, number)]
    sheets = [str(STYLES / "letter-sheet.css"), str(STYLES / "letter-page.css")]
    return lambda: sum(len(HTML(string=page).write_pdf(stylesheets=sheets)) for page in pages) / number


def single(letters: Iterator[Letter], number: int) -> Callable[[], float]:
    asked = list(islice(letters, number))
    return lambda: sum(len(render_pdf(letter)) for letter in asked) / number


def print_run(turns: "count[int]", number: int) -> Callable[[], float]:
    """Ordered before the clock runs; then the pump's own steps, and one file of all."""
    kept = Notice.objects.filter(pk__in=MOULDS)
    with step("bench.order", at=TODAY):
        asked = [order(kept[turn % len(kept)], turn).pk for turn in islice(turns, number)]

    def run() -> float:
        pump.number_all()
        if pump.finish_all() != number:
            sys.exit("not every letter was made")
        waiting = Delivery.objects.filter(notice__in=asked).select_related("notice__content").order_by("notice__number")
        Path(os.environ["KIYAKU_VAR"], "merged.pdf").write_bytes(
            merge(printing.printable(d.notice) for d in waiting.iterator(50))
        )
        bodies = LetterContent.objects.filter(notice__in=asked).values_list("body", flat=True).iterator(50)
        return sum(len(bytes(body)) for body in bodies) / number

    return run


def work(way: str, number: int, letters: list[Letter]) -> None:
    """A round for each line that comes in."""
    mixed, turns = (letters[turn % len(letters)] for turn in count()), count(1)
    for _ in sys.stdin:
        ready = print_run(turns, number) if way == "c" else {"a": naive, "b": single}[way](mixed, number)
        wall, cpu = perf_counter(), process_time()
        size = ready()
        wall, cpu = (perf_counter() - wall) / number, (process_time() - cpu) / number
        sys.stdout.buffer.write(
            pickle.dumps(Round(wall, cpu, size, _memory(), getrusage(RUSAGE_SELF).ru_maxrss / 1024))
        )
        sys.stdout.buffer.flush()


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


# --- the table ----------------------------------------------------------------------------------------------------------


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with TemporaryDirectory(prefix="kiyaku-letters-") as folder, a_database():
        with clock.standing_at(TODAY):
            made = moulds()
            for mould in made:
                mould.number = "N-2026-000000"
            Path(folder, "letters").write_bytes(pickle.dumps(([m.pk for m in made], [letter_of(m) for m in made])))
        rounds = by_turns(number // ROUNDS, folder)
    tell(number, len({mould.kind for mould in made}), rounds)


def by_turns(number: int, folder: str) -> dict[str, list[Round]]:
    """One after the other, never two at once."""
    given = os.environ | {
        "BENCH_DATABASE": str(connection.settings_dict["NAME"]),
        "BENCH_LETTERS": str(Path(folder, "letters")),
    }
    connections.close_all()
    children = {
        way: subprocess.Popen(
            [sys.executable, "-m", "tests.bench.letters", "--child", way, str(number)],
            env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for way in WAYS
    }  # fmt: skip
    rounds: dict[str, list[Round]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, child in children.items():
            rounds[way].append(_round(child))
    for child in children.values():
        child.communicate()
    return rounds


def _round(child: "subprocess.Popen[bytes]") -> Round:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(b"go\n")
    child.stdin.flush()
    taken: Round = pickle.load(child.stdout)
    return taken


def tell(number: int, kinds: int, rounds: dict[str, list[Round]]) -> None:
    print(f"\n{connection.vendor}、{kinds}種類の通知{number:,}通、1コア、{ROUNDS}回に分けて交互に（中央値）\n")
    print("やり方 | ms/通（CPU） | 通/秒 | (a)の何倍（CPU） | KB/通 | 最大MB | 各回の後のMB")
    base = rounds["a"]
    for way, taken in rounds.items():
        wall, cpu = median(r.wall for r in taken), median(r.cpu for r in taken)
        times = median(r.wall for r in base) / wall, median(r.cpu for r in base) / cpu
        memory = " → ".join(f"{r.now:.0f}" for r in taken)
        print(
            f"{WAYS[way]} | {wall * 1000:.1f}（{cpu * 1000:.1f}） | {1 / wall:.1f} | {times[0]:.2f}（{times[1]:.2f}） | "
            f"{median(r.size for r in taken) / 1024:.1f} | {max(r.most for r in taken):.0f} | {memory}"
        )


MOULDS: list[Any] = []


def child() -> None:
    way, number = sys.argv[2], int(sys.argv[3])
    keys, letters = pickle.loads(Path(os.environ["BENCH_LETTERS"]).read_bytes())
    MOULDS.extend(keys)
    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    with clock.standing_at(TODAY), override_settings(LETTER_RENDERER="pdf"):
        work(way, number, letters)


if __name__ == "__main__":
    child() if sys.argv[1:2] == ["--child"] else main()
