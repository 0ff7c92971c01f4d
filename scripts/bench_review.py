"""The review page under load: decisions lost, latency in a large store, time to the first pair.

    .venv/bin/python scripts/bench_review.py load    [--postgres URL]   30 reviewers x 200 decisions over HTTP
    .venv/bin/python scripts/bench_review.py kills   [--kills 50]       the same while the server is killed with -9
    .venv/bin/python scripts/bench_review.py large   [--pairs 200000]   p50 and p95 of next-pair, decide, search
    .venv/bin/python scripts/bench_review.py start   [--pairs 10000]    from the command to the first pair on the wire

The store is new for each, under --folder. Runs are invented articles (tests/review/data.py).
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from align.review.opening import open_review  # noqa: E402
from align.store.reviewers import add_reviewer, links  # noqa: E402
from tests.review.data import make_run  # noqa: E402
from tests.review.server import Client, Server, lost_or_doubled, work_together  # noqa: E402

PAIRS_AN_ARTICLE = 3
_PACE = 0.12  # three requests in it stay below the limit of 30 a second: a refused one is sent again 50 ms later


def prepared(folder, pairs, reviewers, store):
    run = folder / f"run{pairs}"
    if not run.exists():
        make_run(run, -(-pairs // PAIRS_AN_ARTICLE))
    begin = time.perf_counter()
    opened = open_review([run], store)
    print(f"import of {pairs} pairs: {time.perf_counter() - begin:.1f} s")
    for number in range(reviewers):
        add_reviewer(opened, f"reviewer{number:02d}", is_lead=number == 0)
    tokens = links(opened, opened.secret())
    opened.close()
    server = Server(store, free_port(), tokens, folder / "server.log")
    server.start()
    return server


def free_port():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def quantiles(seconds):
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {1000 * cuts[49]:.1f} ms, p95 {1000 * cuts[94]:.1f} ms, p99 {1000 * cuts[98]:.1f} ms"


def report(kind, server, acknowledged, clients, begin):
    lost, doubled = lost_or_doubled(server.store, acknowledged)
    print(f"{kind}: {len(acknowledged)} acknowledged in {time.perf_counter() - begin:.0f} s; {lost=} {doubled=}")
    for name in ("next", "decide"):
        print(f"  {name}: {quantiles([s for client in clients for s in client.seconds[name]])}")


def load(folder, options):
    for store in [str(folder / "load.sqlite"), *([options.postgres] if options.postgres else [])]:
        server = prepared(folder, options.reviewers * options.decisions * 2, options.reviewers, store)
        begin = time.perf_counter()
        acknowledged, clients = work_together(server, options.decisions)
        report(store.split("://")[0], server, acknowledged, clients, begin)
        server.kill()


def kills(folder, options):
    server = prepared(folder, options.reviewers * options.decisions * 2, options.reviewers, str(folder / "kill.sqlite"))
    done = 0

    def kill_now_and_then(is_over):
        nonlocal done
        chance = random.Random(1)
        while not is_over() and done < options.kills:
            time.sleep(chance.uniform(0.3, 1.5))
            server.kill()
            server.start()
            done += 1

    begin = time.perf_counter()
    acknowledged, clients = work_together(server, options.decisions, kill_now_and_then)
    report(f"{done} times kill -9", server, acknowledged, clients, begin)
    server.kill()


def print_all(pairs, order, client):
    for name, seconds in client.seconds.items():
        print(f"{pairs} pairs, {order}, {name}: {quantiles(seconds)}", flush=True)


def large(folder, options):
    server = prepared(folder, options.pairs, 2, options.postgres or str(folder / "large.sqlite"))
    client = Client(server, next(iter(server.tokens)))
    client.join()
    for order in ("uncertainty", "severity", "outlet", "article", "random"):
        client.seconds = {"next": [], "decide": [], "page": []}
        for _ in range(options.decisions):
            _, shown = client.timed("next", "GET", f"/api/next?order={order}")
            body = {"uid": uuid.uuid4().hex, "pair": shown["pair"], "version": 0, "changes": {"choice": "accept"}}
            client.timed("decide", "POST", "/api/decisions", body)
            time.sleep(_PACE)
            begin = time.perf_counter()
            client.request("GET", f"/review?order={order}&pair={shown['pair']}")
            client.seconds["page"].append(time.perf_counter() - begin)
        print_all(options.pairs, order, client)
    client.seconds = {"search": [], "progress": []}
    for number in range(options.decisions):
        wanted = ("berths", "الجسر الجديد", f"a{number:06d}", "nowhere")[number % 4]
        client.timed("search", "GET", f"/api/next?choice=any&q={quote(wanted)}")
        client.timed("progress", "GET", "/api/progress")
        time.sleep(_PACE)
    print_all(options.pairs, "uncertainty", client)
    client.close()
    server.kill()


def start(folder, options):
    run = make_run(folder / "start", -(-options.pairs // PAIRS_AN_ARTICLE))
    for number in range(options.repeat):
        store, port = folder / f"start{number}.sqlite", free_port()
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "align", "review", "serve", str(run), "--store", str(store), "--no-browser",
             "--reviewer", "Mona", "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        link = process.stdout.readline()
        ready = time.perf_counter() - begin
        server = Server(str(store), port, {"Mona": link.strip().rpartition("/")[2]}, folder / "log")
        client = Client(server, "Mona")
        client.join()
        _, _, page = client.request("GET", "/review")
        assert 'id="pair"' in page
        took = time.perf_counter() - begin
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system time so far
        print(f"link printed after {ready:.2f} s, first pair after {took:.2f} s; {cpu:.2f} s of CPU by then")
        client.close()
        process.kill()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["load", "kills", "large", "start"])
    parser.add_argument("--folder", type=Path, help="where the runs and stores go; a temporary one otherwise")
    parser.add_argument("--postgres", metavar="URL", help="an empty database")
    parser.add_argument("--reviewers", type=int, default=30)
    parser.add_argument("--decisions", type=int, default=200, help="each reviewer's, or each order's in `large`")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.pairs = options.pairs or {"large": 200_000}.get(options.what, 10_000)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="align-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        {"load": load, "kills": kills, "large": large, "start": start}[options.what](folder, options)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
