"""Part `pages`: mutated pages, articles, records and feeds read and extracted, and for some the rest of a run."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.chaos_child import ROOT, align
from scripts.chaos_disk import complaints
from scripts.chaos_guard import guarded
from scripts.chaos_inputs import articles
from scripts.chaos_kills import Finding
from scripts.chaos_mutants import mutated, odd_record
from scripts.fuzz_inputs import check_offsets
from scripts.fuzz_inputs import mutated as mutated_page

COUNT, SMALL = 5_000, 350
WHOLE = 5  # one input in so many goes the whole way
FIELD = ROOT.parent / "shared" / "field"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>صحيفة المرفأ</title>'
    "<item><title>افتتاح الجسر</title><link>https://news.example/1</link>"
    "<pubDate>Sun, 20 Mar 2022 08:00:00 GMT</pubDate>"
    "<description><![CDATA[<p>قالت الوزيرة: «سنفتح الجسر».</p>]]></description></item></channel></rss>"
)


def tweet_records() -> list[dict[str, Any]]:
    """Tweets in the forms in which collections hold them."""
    user = {"screen_name": "lina_sample", "name": "Lina Sample"}
    link = '<a href="https://twitter.com/l/status/1505">May 1</a>'
    html = f"<blockquote><p>We will open the bridge.</p>— Lina {link}</blockquote>"
    return [
        {"id": "1505000000000000000", "text": "We will open the bridge.", "lang": "en",
        "created_at": "2022-03-19T10:00:00Z"},
        {"id_str": "1505000000000000001", "full_text": "Tolls stay.", "created_at": "Sat Mar 19 10:00:00 +0000 2022",
        "user": user},
        {"tweet": {"id": "1505000000000000002", "full_text": "Not before June.",
        "created_at": "Sat Mar 19 10:00:00 +0000 2022"}},
        {"html": html, "author_url": "https://twitter.com/lina_sample", "author_name": "Lina",
        "url": "https://twitter.com/l/status/1"},
        {"data": {"id": "4", "text": "More.", "author_id": "7"}, "includes": {"users": [{"id": "7",
        "username": "lina"}]}},
    ]  # fmt: skip


def seeds() -> list[bytes]:
    """Valid inputs of every kind that holds articles, of our own; with ../shared beside the checkout its faults too."""
    from tests.zoo import NO_POST, OTHERS, WITH_TEXT, WITHOUT_TEXT, page

    embeds = [*WITH_TEXT.values(), *WITHOUT_TEXT.values(), *(other[0] for other in OTHERS.values()), *NO_POST.values()]
    rows = articles(4)
    found = [page(embed).encode() for embed in embeds]
    found += [row["text"].encode() for row in rows]
    found.append("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
    found.append(json.dumps({"articles": rows}, ensure_ascii=False, indent=1).encode())
    found.append(("id,text\n" + "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows)).encode())
    found.append(json.dumps([{"id": n, "html": page(embed)} for n, embed in enumerate(embeds[:3])]).encode())
    found += [
        FEED.encode(),
        gzip.compress(FEED.encode()),
        page(embeds[0]).encode("cp1256", "replace"),
        _archive(page(embeds[1])),
    ]
    found += [file.read_bytes() for file in sorted((ROOT / "data" / "samples").iterdir())]
    if FIELD.is_dir():
        given = sorted((FIELD / "pages").iterdir()) + [FIELD / "faults" / "rcrash_1_81_g_json_script"]
        found += [file.read_bytes() for file in given]
    return found


def _archive(html: str) -> bytes:
    body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{html}".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


class Pages:
    """Input by number: read and extracted; one in five goes through matching and checking as well."""

    def __init__(self, seed: int) -> None:
        from align.settings import Settings
        from tests.fakes import open_glossary_aligner

        self._seed, self._settings, self._seeds = seed, Settings(), seeds()
        self._aligner = open_glossary_aligner(self._settings)

    def made(self, number: int) -> bytes:
        """The bytes of an input: one in eight is a record with odd values, one in eight a collection of tweets."""
        chance = random.Random(f"{self._seed}:{number}")
        match number % 8:
            case 0:
                rows = articles(3)
                lines = [json.dumps(row, ensure_ascii=False) for row in rows]
                lines[chance.randrange(3)] = odd_record(rows[0], chance)
                return "\n".join(lines).encode("utf-8", "surrogatepass")
            case 1:
                line = odd_record(chance.choice(tweet_records()), chance)
                return (
                    line.encode("utf-8", "surrogatepass")
                    if chance.random() < 0.7
                    else mutated(line.encode("utf-8", "replace"), chance)
                )
            case 2:
                return mutated(chance.choice(self._seeds), chance)
            case _:
                return mutated_page(chance.choice(self._seeds), chance)

    def __call__(self, number: int) -> list[str]:
        from align.errors import ReadError
        from align.extract import extract_article
        from align.read import read_inputs
        from align.records import Document

        data, codes = self.made(number), []
        for item in read_inputs(["-"], self._settings.read, stdin=io.BytesIO(data)):
            if not isinstance(item, Document):
                codes.append(item.reason)
                continue
            try:
                check_offsets(extract_article(item, self._settings.read))
                codes.append("extracted")
                if number % WHOLE == 0:
                    self._aligner.align(item)
                    codes.append("aligned")
            except ReadError as error:
                codes.append(error.reason)
        if number % 8 == 1:
            codes += self._tweets(data)
        return codes or ["nothing in it"]

    def _tweets(self, data: bytes) -> list[str]:
        from align.read.posts import read_posts
        from align.records import Rejection

        posts = read_posts(["-"], self._settings.read, stdin=io.BytesIO(data))
        return [f"tweet {post.reason}" if isinstance(post, Rejection) else "tweet" for post in posts]


def pages(small: bool, chance: random.Random, work: Path) -> Iterator[Finding]:
    """Mutated inputs of every kind that holds articles; then a folder of them through `align run` itself."""
    seed, count = chance.getrandbits(32), SMALL if small else COUNT
    results = guarded(count, lambda: Pages(seed))
    yield f"{count} pages and records: {results.summary()}", results.told()
    yield run_on(work, seed, 40 if small else 400)


def run_on(work: Path, seed: int, count: int) -> Finding:
    """What is wrong when a folder of mutated inputs is run: no fault of the program, nothing without an outcome."""
    folder, made = work / "given", Pages(seed)
    folder.mkdir()
    for number in range(count):
        kind = ("jsonl", "jsonl", "html")[min(2, number % 8)]
        (folder / f"{number}.{kind}").write_bytes(made.made(number))
    done = align(work, "run", "given", "--out", "run", "-q")
    wrong = complaints(done, expected=(0, 1))
    if not wrong:
        rejected = [json.loads(line) for line in (work / "run/rejected.jsonl").read_text(encoding="utf-8").splitlines()]
        wrong += [f"{row['source']}: {row['detail']}" for row in rejected if row["reason"] == "internal"]
        told = {str(row.get("source")).partition(":")[0].partition("@")[0] for row in rejected}
        documents = (work / "run/documents.jsonl").read_text(encoding="utf-8").splitlines()
        told |= {json.loads(line)["source"].partition(":")[0].partition("@")[0] for line in documents}
        missing = [f"given/{file.name}" for file in folder.iterdir() if f"given/{file.name}" not in told]
        wrong += [f"no outcome: {missing}"] if missing else []
    return f"align run on {count} of them", wrong
