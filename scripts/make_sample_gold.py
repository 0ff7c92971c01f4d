"""Write data/gold/samples.jsonl from data/gold/samples.toml: every string is looked up in its article, once or refused.

usage: python scripts/make_sample_gold.py [--check]

A page's gold text is its `h1` and `p` elements below the element that `within` names, one line each; the program reads
another text from it, so these articles are scored by string (`align evaluate --by-text`). --check writes nothing and
fails when samples.jsonl is not what would be written.
"""

import argparse
import sys
import tomllib
from pathlib import Path

import lxml.html

from align.errors import GoldError
from align.evaluate.gold import gold_articles
from align.files import dump_json, write_atomic

DATA = Path(__file__).parents[1] / "data"
ANNOTATION, GOLD = DATA / "gold" / "samples.toml", DATA / "gold" / "samples.jsonl"


def page_text(content, within):
    (story,) = lxml.html.document_fromstring(content).xpath(within)
    for br in story.iter("br"):
        br.tail = "\n" + (br.tail or "")
    return "\n".join(element.text_content().strip() for element in story.iter("h1", "p"))


def place(text, wanted, where, after=""):
    """The span of the only `wanted` in `text` (the only one behind `after`)."""
    if text.count(after + wanted) != 1:
        raise GoldError(f"{where}: expected once, found {text.count(after + wanted)} times: {after + wanted!r}")
    start = text.index(after + wanted) + len(after)
    return [start, start + len(wanted)]


def gold_tweet(text, tweet, where):
    body = place(text, tweet["body"], where)
    sentences = [{"en": s, "body_span": place(tweet["body"], s, where)} for s in tweet["sentences"]]
    facts = {key: tweet.get(key) for key in ("name", "handle", "date")}
    return {"block": body, "body": body, "body_text": tweet["body"], **facts, "sents": sentences}


def gold_link(text, link, where):
    span = place(text, link["ar"], where, link.get("after", ""))
    kept = {key: link.get(key) for key in ("mode", "error")}
    return {"tweet": link["tweet"], "sent": link["sent"], "ar": span, "ar_text": link["ar"], **kept}


def gold_row(note):
    where = note["file"]
    content = (DATA / "samples" / where).read_text(encoding="utf-8")
    text = page_text(content, note["within"]) if "within" in note else content
    tweets = note.get("tweet", [])
    return {
        "id": Path(where).stem,
        "scenario": note["scenario"],
        "text": text,
        "tweets": [gold_tweet(text, tweet, where) for tweet in tweets],
        "links": [gold_link(text, link, where) for link in note.get("link", [])],
        "tweet_status": [tweet["status"] for tweet in tweets],
        "extra_ar": [],
    }


def gold_lines():
    notes = tomllib.loads(ANNOTATION.read_text(encoding="utf-8"))["article"]
    there = {path.name for path in (DATA / "samples").iterdir()}
    if there != {note["file"] for note in notes}:
        raise GoldError(f"annotated and present articles differ: {there ^ {note['file'] for note in notes}}")
    rows = [gold_row(note) for note in notes]
    gold_articles(rows, where=str(ANNOTATION))  # the same rules that every gold file must keep
    return "".join(dump_json(row) + "\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    lines = gold_lines()
    if not parser.parse_args().check:
        write_atomic(GOLD, lines)
        print(f"wrote {GOLD}")
    elif GOLD.read_text(encoding="utf-8") != lines:
        sys.exit(f"{GOLD} is stale: run scripts/make_sample_gold.py")


if __name__ == "__main__":
    main()
