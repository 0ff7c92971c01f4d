"""How well the number and date checks do on ../shared: false alarms on human translations, injected errors caught.

usage: python scripts/bench_numbers.py [--shared DIR] [--show PART]

Prints a table: rows with an error finding on clean translations (tico19, ntrex_dev), changes made by script on the
Arabic side of them (a figure, a month, a weekday), the injected errors of dev.jsonl and natural_dev.jsonl, the types
number, quantity and date of contrast_dev.jsonl, each with its Wilson interval; and pairs a second on one core.
`--show PART` prints the misjudged rows of the parts whose name begins with PART. Gold texts are compared directly:
matching is not part of what is measured here. Nothing is fitted.
"""

import argparse
import csv
import json
import math
import random
import time
from pathlib import Path

import regex

from align.check.rules.dates import check_dates
from align.check.rules.numbers import MIN_LENGTH_RATIO, check_numbers
from align.records import Rendering, Severity, Subject
from align.text.calendar import read_mentions
from align.text.mention import Topic

MONTHS = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split()
WEEKDAYS = "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()
SHOW = None


def checked(en, ar, **context):
    subject = Subject(en, ar, **context)
    return check_numbers(subject) + check_dates(subject)


def is_error(findings, families=()):
    return any(f.severity is Severity.ERROR and (not families or f.code.startswith(families)) for f in findings)


def wilson(hits, n, z=1.96):
    if not n:
        return 0.0, 1.0
    p = hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def row(name, hits, n):
    low, high = wilson(hits, n)
    print(f"{name:52} {hits:5} of {n:5}  {hits / max(1, n):.4f}  [{low:.4f}, {high:.4f}]")


def show(part, en, ar, findings, note=""):
    if SHOW and part.startswith(SHOW):
        print(f"-- {part} {note}\n   {en}\n   {ar}\n   {[(f.code, f.severity.value, f.message) for f in findings]}")


def read_tsv(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def clean(name, pairs):
    alarms = 0
    for en, ar in pairs:
        findings = checked(en, ar)
        if is_error(findings, ("number", "date", "quantity")):
            alarms += 1
            show(f"clean {name}", en, ar, findings)
    row(f"{name}: rows with an error (false alarms)", alarms, len(pairs))
    row(
        f"{name}: rows taken for a part by their length",
        sum(len(ar) < MIN_LENGTH_RATIO * len(en) for en, ar in pairs),
        len(pairs),
    )


def change_number(en, ar, draw):
    """Another value for one figure of the Arabic that also stands in the English, one digit changed or two swapped."""
    places = [
        m for m in regex.finditer(r"\d+", ar) if m[0].lstrip("0") and regex.search(rf"(?<!\d){int(m[0])}(?!\d)", en)
    ]
    if not places:
        return None
    place = draw.choice(places)
    digits = list(place[0])
    at = draw.randrange(len(digits))
    digits[at] = draw.choice([d for d in "123456789" if int(d) != int(digits[at])])
    return ar[: place.start()] + "".join(digits) + ar[place.end() :]


def change_name(ar, topic, names, draw):
    """Another month or weekday in place of every mention of one that the Arabic has."""
    mentions = [m for m in read_mentions(ar, arabic=True) if m.topic is topic and m.sure]
    if not mentions:
        return None
    old = draw.choice(mentions)
    new = draw.choice([n for i, n in enumerate(names) if i + (topic is Topic.MONTH) != old.value])
    for mention in sorted((m for m in mentions if m.value == old.value), key=lambda m: -m.span.start):
        lead = "لل" if mention.span.cut(ar).startswith("لل") else ""
        ar = ar[: mention.span.start] + lead + (new.removeprefix("ال") if lead else new) + ar[mention.span.end :]
    return ar


def changed(name, rows, families):
    caught = same = 0
    for en, ar in rows:
        findings = checked(en, ar)
        caught += is_error(findings)
        same += is_error(findings, families)
        if not is_error(findings, families):
            show(f"changed {name}", en, ar, findings)
    row(f"{name} changed: caught, same code", same, len(rows))
    row(f"{name} changed: caught, any code", caught, len(rows))


def in_both(en, ar, topic):
    english = {m.value for m in read_mentions(en, arabic=False) if m.topic is topic}
    return english & {m.value for m in read_mentions(ar, arabic=True) if m.topic is topic}


def links(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        for link in article["links"]:
            tweet = article["tweets"][link["tweet"]]
            yield article, tweet, tweet["sents"][link["sent"]]["en"], link


def injected(path, kinds):
    caught, alarms, n_clean, by_row = {}, 0, 0, {}
    for article, tweet, en, link in links(path):
        start, end = link["ar"]
        findings = checked(
            en, link["ar_text"], rendering=Rendering(link["mode"]), en_context=tweet["body_text"],
            ar_before=article["text"][max(0, start - 200) : start], ar_after=article["text"][end : end + 200],
            tweet_date=tweet["date"], is_excerpt=link["mode"] == "headline",
        )  # fmt: skip
        error = link["error"]
        if error is None:
            n_clean += 1
            alarms += is_error(findings)
            key = tweet["sents"][link["sent"]].get("row", en)
            by_row.setdefault(key, []).append(is_error(findings))
            if is_error(findings):
                show(f"clean {path.stem}", en, link["ar_text"], findings)
        elif error["type"] in kinds:
            hits = caught.setdefault(error["type"], [])
            hits.append((is_error(findings), is_error(findings, error["type"])))
            if not hits[-1][0]:
                show(f"missed {path.stem}", en, link["ar_text"], findings, str(error["detail"]))
    for kind, hits in sorted(caught.items()):
        row(f"{path.stem}: {kind} caught, any code", sum(h[0] for h in hits), len(hits))
        row(f"{path.stem}: {kind} caught, same code", sum(h[1] for h in hits), len(hits))
    row(f"{path.stem}: clean links with an error", alarms, n_clean)
    rate = sum(sum(a) / len(a) for a in by_row.values()) / max(1, len(by_row))
    print(f"{path.stem + ': false alarm rate by row':52} {rate:.4f}")


def contrast(path):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for kind in ("number", "date", "quantity"):
        of_kind = [(r, checked(r["en"], r["ar"])) for r in rows if r["type"] == kind]
        hard = [(r, f) for r, f in of_kind if r["severity"] != "minor"]
        row(f"contrast: {kind} caught", sum(is_error(f) for _, f in hard), len(hard))
        row(f"contrast: {kind} caught, same code", sum(is_error(f, kind) for _, f in hard), len(hard))
        soft = sum(any(x.severity is not Severity.NOTE for x in f) for _, f in of_kind)
        row(f"contrast: {kind} caught, warnings too", soft, len(of_kind))
        for r, f in hard:
            if not is_error(f):
                show(f"missed contrast {kind}", r["en"], r["ar"], f, r["note"])
    good = [(r, checked(r["en"], r["ar"])) for r in rows if r["label"] == "ok"]
    row("contrast: right rows with an error", sum(is_error(f) for _, f in good), len(good))
    soft = [(r, f) for r, f in good if any(x.severity is not Severity.NOTE for x in f)]
    row("contrast: right rows with an error or a warning", len(soft), len(good))
    for r, f in soft:
        show("soft contrast ok" if not is_error(f) else "clean contrast ok", r["en"], r["ar"], f, r["note"])
    others = [r for r in rows if r["label"] == "error" and r["type"] not in ("number", "date", "quantity")]
    row(
        "contrast: rows of other error types with an error",
        sum(is_error(checked(r["en"], r["ar"])) for r in others),
        len(others),
    )


def measure(shared):
    draw = random.Random(20)
    tico = [(r["en"], r["ar"]) for r in read_tsv(shared / "data/tico19/tico19.all.tsv")]
    ntrex = [(r["en"], r["ar"]) for r in read_tsv(shared / "data/ntrex_dev/ntrex.tsv")]
    clean("tico19", tico)
    clean("ntrex_dev", ntrex)
    numbers = [(en, new) for en, ar in tico if (new := change_number(en, ar, draw))]
    changed("tico19: a number", draw.sample(numbers, min(1000, len(numbers))), ("number",))
    for topic, names, source in ((Topic.MONTH, MONTHS, tico), (Topic.WEEKDAY, WEEKDAYS, tico + ntrex)):
        usable = [(en, ar) for en, ar in source if in_both(en, ar, topic)]
        changed(
            f"a {topic.value}",
            [(en, new) for en, ar in usable if (new := change_name(ar, topic, names, draw))],
            ("date",),
        )
    injected(shared / "bench/dev.jsonl", ("number", "date"))
    injected(shared / "bench/natural_dev.jsonl", ("number", "date", "quantity"))
    contrast(shared / "bench/contrast_dev.jsonl")
    speed(tico)


def speed(pairs):
    many = [
        (f"{en} .{i}", f"{ar} .{i}") for i, (en, ar) in enumerate((pairs * 4)[:10_000])
    ]  # no two alike: no cache helps
    start = time.process_time()
    for en, ar in many:
        checked(en, ar)
    seconds = time.process_time() - start
    print(f"{len(many)} pairs, numbers and dates, one core: {seconds:.1f} s, {len(many) / seconds:.0f} pairs a second")


def main():
    global SHOW
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[1].parent / "shared")
    parser.add_argument(
        "--show", metavar="PART", help="print the misjudged rows of these parts: clean, changed, missed, soft"
    )
    args = parser.parse_args()
    SHOW = args.show
    measure(args.shared)


if __name__ == "__main__":
    main()
