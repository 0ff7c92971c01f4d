"""Every figure of reading and extracting: tweets of real pages and printed tweets, the bench articles, speed, memory.

usage: bench_extract.py [--shared DIR] [--only PART ...] [--json]

Parts: html (real pages with gold), raw (printed tweets), natural and dev (articles as text), pages (dev_html), speed
(against trafilatura alone on the same pages, in turns), warc (peak memory of 200 and of 20,000 pages), all without an
encoder. Wrong means different after white space is folded; the figures are printed beside the floors they must reach.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from time import process_time

from align.extract import extract_article
from align.extract.attribution import split_attribution
from align.extract.page import read_page
from align.read import read_inputs
from align.records import Article, Document, Tweet
from align.run.session import peak_memory
from align.settings import ReadSettings
from align.text.dates import parse_date

SETTINGS = ReadSettings()
# Where the parser that made the gold went wrong: (file, status id) -> what stands on the page.
_CUT = "the post has several paragraphs, of which the gold holds the first"
_CONSENT = "kept in a hidden <textarea> until consent, which the gold's parser did not open"
GOLD_ERRORS: dict[tuple[str, str], str] = {
    ("trafilatura__basicthinking.de.tweets.html", "1067112604739534850"): _CUT,
    ("trafilatura__OnlineMarketing.de-Instagram.html", "1720405730430226929"): _CUT,
    ("trafilatura__OnlineMarketing.de-Instagram.html", "1720472554576433620"): _CUT,
    ("trafilatura__cubadebate.cu-sesiona.html", "1518974351739179010"): _CUT,
    ("trafilatura__teslamag.de-Musk.html", "1720918522082078752"): _CUT,
    (
        "trafilatura__report24.news-Drohne.html",
        "1721181306808144065",
    ): "the gold takes (162157) in the text for a handle",
    ("trafilatura__amnesty.de-waffensysteme.html", "1455512589295816707"): _CONSENT,
    ("trafilatura__amnesty.de-waffensysteme.html", "1223159406038343685"): _CONSENT,
}


def rows_of(path: Path) -> Iterator[dict]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def folded(text: str | None) -> str:
    return " ".join((text or "").split())


def html_part(shared: Path) -> dict[str, object]:
    """The 41 real pages: embeds missed, invented, and wrong among those found."""
    folder = shared / "data" / "html_tweets"
    names = "gold missed wrong_text wrong_handle wrong_id wrong_name wrong_date invented gold_wrong gold_lacks"
    counts: Counter[str] = Counter(dict.fromkeys(names.split(), 0))
    remarks = []
    for row in rows_of(folder / "gold.jsonl"):
        (document,) = read_inputs([str(folder / "pages" / row["file"])], SETTINGS)
        tweets = list(read_page(document, SETTINGS).tweets)
        for gold in row["tweets"]:
            counts["gold"] += 1
            tweet = next((t for t in tweets if t.tweet_id == gold["status_id"]), None)
            tweet = tweet or next((t for t in tweets if gold["text"] and folded(t.text) == folded(gold["text"])), None)
            if tweet is None:
                counts["missed"] += 1
                remarks.append(f"missed {row['file']} {gold['status_id']} {folded(gold['text'])[:60]}")
                continue
            tweets.remove(tweet)
            for name, wrong in compare(gold, tweet).items():
                if wrong:
                    known = GOLD_ERRORS.get((row["file"], gold["status_id"]))
                    counts["gold_wrong" if known else f"wrong_{name}"] += 1
                    remarks.append(
                        f"{name} {row['file']} {gold['status_id']}: {wrong}" + (f" ({known})" if known else "")
                    )
        for tweet in tweets:
            known = GOLD_ERRORS.get((row["file"], tweet.tweet_id))
            counts["gold_lacks" if known else "invented"] += 1
            remarks.append(f"not in gold {row['file']} {tweet.tweet_id}: {known or folded(tweet.text)[:80]}")
    return {**counts, "remarks": remarks}


def compare(gold: dict, tweet: Tweet) -> dict[str, str | None]:
    date = parse_date(gold["date_text"]) if gold["date_text"] else None
    pairs = {
        "text": (folded(gold["text"]), folded(tweet.text)),
        "handle": (gold["handle"], tweet.handle),
        "id": (gold["status_id"], tweet.tweet_id),
        "name": (folded(gold["name"]), folded(tweet.author)),
        "date": (date, (tweet.created_at or "")[:10] if date else None),
    }
    return {name: None if a == b else f"gold {a!r}, found {b!r}" for name, (a, b) in pairs.items()}


def raw_part(shared: Path) -> dict[str, object]:
    """Printed tweets with their attribution glued on: body, name, handle, date."""
    counts: Counter[str] = Counter()
    remarks = []
    for row in rows_of(shared / "data" / "tweets_dev" / "tweets.jsonl"):
        if not row.get("handle"):
            continue
        counts["rows"] += 1
        found = split_attribution(row["raw"])
        gold_date, date = row.get("date"), found.date
        same = {
            "text": folded(row["raw"][: found.body_end]) == folded(row["text"]),
            "name": folded(found.author) == folded(row["name"]),
            "handle": found.handle == row["handle"],
            "date": (parse_date(gold_date) if gold_date else None) == date,
        }
        for name, right in same.items():
            counts[name] += right
            if not right:
                remarks.append(f"{name} {row['id']}: {row['raw'][-110:]!r} gives {found}")
    rates = {name: counts[name] / counts["rows"] for name in ("text", "name", "handle", "date")}
    return {"rows": counts["rows"], **rates, "remarks": remarks}


def scorer(shared: Path):
    spec = util.spec_from_file_location("score_bench", shared / "tools" / "score_bench.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def extracted(inputs: list[str]) -> Iterator[Article]:
    for item in read_inputs(inputs, SETTINGS):
        if isinstance(item, Document):
            yield extract_article(item, SETTINGS)


def score_tweets(shared: Path, gold: Path, inputs: list[str], *, by_text: bool) -> dict[str, object]:
    """The tweet figures of score_bench.py, from a directory that holds articles and tweets but no pairs."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        articles = list(extracted(inputs))
        documents = [{"doc_id": a.doc_id, "text": a.text} for a in articles]
        tweets = [
            {"doc_id": a.doc_id, **{n: getattr(t, n) for n in "start end text author handle created_at".split()}}
            for a in articles
            for t in a.tweets
        ]
        for name, rows in (("documents", documents), ("tweets", tweets), ("pairs", [])):
            (out / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        module = scorer(shared)
        result = module.score(gold, out, by_text, by_text)
        lost = count_lost_links(module, gold, {d["doc_id"]: d["text"] for d in documents}) if by_text else []
    names = "articles tweet_recall tweet_precision handle_accuracy author_accuracy date_accuracy".split()
    return {**{n: result[n] for n in names}, **({"links_lost": len(lost), "remarks": lost} if by_text else {})}


def count_lost_links(module, gold: Path, texts: dict[str, str]) -> list[str]:
    lost = []
    for article in rows_of(gold):
        for link in article["links"] if article["id"] in texts else ():
            if module.relocate(tuple(link["ar"]), article["text"], texts[article["id"]])[0] < 0:
                lost.append(f"{article['id']}: {link['ar_text'][:80]}")
    return lost


def natural_part(shared: Path) -> dict[str, object]:
    gold = shared / "bench" / "natural_dev.jsonl"
    return score_tweets(shared, gold, [str(gold)], by_text=False)


def dev_part(shared: Path) -> dict[str, object]:
    gold = shared / "bench" / "dev.jsonl"
    return score_tweets(shared, gold, [str(gold)], by_text=False)


def pages_part(shared: Path) -> dict[str, object]:
    gold = shared / "bench" / "dev.jsonl"
    return score_tweets(shared, gold, [str(shared / "bench" / "dev_html")], by_text=True)


def speed_part(shared: Path) -> dict[str, object]:
    """Pages a second of reading and extracting over trafilatura's alone; processor time, in turns, best of five."""
    import trafilatura

    folders = {"real": shared / "data" / "html_tweets" / "pages", "bench": shared / "bench" / "dev_html"}
    result: dict[str, object] = {}
    spent = alone = 0.0
    for name, folder in folders.items():
        paths = sorted(folder.glob("*.html"))
        ours, theirs = [], []
        for _ in range(5):
            begin = process_time()
            for path in paths:
                for document in read_inputs([str(path)], SETTINGS):
                    read_page(document, SETTINGS)
            ours.append(process_time() - begin)
            begin = process_time()
            for path in paths:
                trafilatura.bare_extraction(path.read_bytes(), with_metadata=True)
            theirs.append(process_time() - begin)
        result[f"{name}_pages_a_second"] = len(paths) / min(ours)
        result[f"{name}_over_trafilatura"] = min(theirs) / min(ours)
        spent += min(ours)
        alone += min(theirs)
    return {**result, "all_over_trafilatura": alone / spent}


def warc_part(shared: Path) -> dict[str, object]:
    """Peak memory of reading and extracting an archive of 200 and of 20,000 pages, each in a process of its own."""
    pages = [path.read_bytes() for path in sorted((shared / "bench" / "dev_html").glob("*.html"))]
    result: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (200, 20_000):
            archive = Path(folder) / f"{count}.warc.gz"
            with archive.open("wb") as stream:
                for number in range(count):
                    stream.write(gzip.compress(warc_record(number, pages[number % len(pages)]), 1))
            command = [sys.executable, __file__, "--peak", str(archive)]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            result[f"{count}_pages_mb"], result[f"{count}_read"] = int(lines[0]) / 1024, int(lines[1])
    result["peak_over_small"] = result["20000_pages_mb"] / result["200_pages_mb"]
    return result


def warc_record(number: int, page: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\n"
        f"WARC-Date: 2022-03-20T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def print_peak(archive: str) -> None:
    count = sum(1 for _ in extracted([archive]))
    print(peak_memory() // 1024, count)


PARTS = {
    "html": html_part,
    "raw": raw_part,
    "natural": natural_part,
    "dev": dev_part,
    "pages": pages_part,
    "speed": speed_part,
    "warc": warc_part,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--only", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    parser.add_argument("--peak", metavar="FILE", help="only read FILE; print the peak memory in KiB and the pages")
    parser.add_argument("--json", action="store_true", help="the figures as one object")
    arguments = parser.parse_args()
    if arguments.peak:
        print_peak(arguments.peak)
        return
    results = {name: PARTS[name](arguments.shared) for name in arguments.only}
    if arguments.json:
        print(json.dumps(results, ensure_ascii=False, indent=1))
        return
    for name, figures in results.items():
        print(f"{name}:")
        for key, value in figures.items():
            if key != "remarks":
                print(f"  {key:18} {value:.4f}" if isinstance(value, float) else f"  {key:18} {value}")
        for remark in figures.get("remarks", []):
            print(f"    {remark}")


if __name__ == "__main__":
    main()
