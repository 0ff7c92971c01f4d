"""Measure the word-table checks (names, negation, direction, modality, gender, attribution, quotation, verbs).

usage: python scripts/bench_lexical.py [--shared ../shared] [--links] [--show N]

Gold texts are fed directly: every linked English sentence beside its Arabic span, every contrast pair, every row of
ntrex_dev and tico19 as it stands, ntrex and tico19 rows with one country exchanged on the Arabic side, and mt_geneval
right and crossed (in sample for the gender weights: scripts/fit_gender.py prints the figures out of fold). --links runs
the encoder first (minutes) and gives the checks its word links, as `align run` and `align check` do. A figure is
caught/all with its Wilson 95 % interval. What it does not show: the tables were written by people who had read dev,
natural_dev and contrast_dev, so on other texts recall is lower.
"""

import argparse
import csv
import json
import random
import time
from collections import Counter
from pathlib import Path

from align.check.evidence.known_names import arabic_names, english_names
from align.check.evidence.lexicon import read_table
from align.check.rules.attribution import check_attribution
from align.check.rules.direction import check_direction
from align.check.rules.gender import check_gender
from align.check.rules.modality import check_modality
from align.check.rules.names import check_names
from align.check.rules.negation import check_negation
from align.check.rules.quotation import check_quotation
from align.check.rules.verbs import check_verbs
from align.records import Rendering, Severity, Subject

CHECKS = (
    check_names,
    check_negation,
    check_direction,
    check_modality,
    check_gender,
    check_attribution,
    check_quotation,
    check_verbs,
)
COUNTRY_ROWS = 400


def wilson(hits, n, z=1.96):
    """Wilson (1927) score interval of a share."""
    if not n:
        return 0.0, 0.0
    share, d = hits / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / d
    half = z * ((share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5) / d
    return middle - half, middle + half


def figure(hits, n):
    low, high = wilson(hits, n)
    return f"{hits / max(1, n):.3f} ({hits}/{n}; {low:.3f} to {high:.3f})"


def findings_of(subject):
    return [finding for check in CHECKS for finding in check(subject)]


def judge(subject, kind=""):
    """Whether there is an error, an error of the kind, an error or a warning."""
    findings = findings_of(subject)
    errors = [f for f in findings if f.severity is Severity.ERROR]
    soft = errors or [f for f in findings if f.severity is Severity.WARNING]
    return bool(errors), any(f.code.startswith(kind) for f in errors), bool(soft)


def bench_rows(path):
    """(id, subject, error type or None) of every gold link."""
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        for link in article["links"]:
            tweet = article["tweets"][link["tweet"]]
            mode = Rendering(link["mode"])
            subject = Subject(
                tweet["sents"][link["sent"]]["en"],
                link["ar_text"],
                rendering=mode,
                en_context=tweet["body_text"],
                is_excerpt=mode is Rendering.HEADLINE,
            )
            yield subject, link["error"]["type"] if link["error"] else None


def tsv_rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


class Linker:
    """Adds word links to subjects; without an encoder hands them back as they are."""

    def __init__(self, *, with_encoder):
        self.encoder = None
        if with_encoder:
            from align.embed import load_encoder
            from align.models.calibration import load
            from align.settings import EmbedSettings

            self.encoder = load_encoder(EmbedSettings())
            self.calibration = load(self.encoder.name, self.encoder.revision)

    def __call__(self, subjects):
        if self.encoder is None:
            return subjects
        from dataclasses import replace

        from align.match.links import link_words

        texts = sorted({text for s in subjects for text in (s.en, s.ar)}, key=len)
        vectors = {}
        for at in range(0, len(texts), 64):
            part = texts[at : at + 64]
            vectors |= dict(zip(part, self.encoder.encode_words(part)))
        linked = []
        for s in subjects:
            found = link_words(vectors[s.en], vectors[s.ar], self.calibration)
            linked.append(replace(s, links=found.links, en_words=found.en_words, ar_words=found.ar_words))
        return linked


def report_marked(name, subjects, kinds, show):
    """Recall by type and false alarms of rows with a gold type (None: right)."""
    counts = Counter()
    for subject, kind in zip(subjects, kinds):
        error, same, soft = judge(subject, kind or "")
        counts[kind, "all"] += 1
        counts[kind, "error"] += error
        counts[kind, "same"] += same
        counts[kind, "any"] += soft
        if show and bool(error) != (kind is not None):
            show -= 1
            print("  ", kind, [(f.code, f.severity.value) for f in findings_of(subject)], subject.en, "|", subject.ar)
    print(f"{name}: right rows with an error {figure(counts[None, 'error'], counts[None, 'all'])}")
    print(f"{name}: right rows with an error or a warning {figure(counts[None, 'any'], counts[None, 'all'])}")
    for kind in sorted({k for k, _ in counts if k}):
        n = counts[kind, "all"]
        parts = ", ".join(f"{label} {figure(counts[kind, label], n)}" for label in ("error", "same", "any"))
        print(f"{name}: {kind}: {parts}")


def changed_countries(rows):
    """Rows that hold one country in both languages, with another country's Arabic name in its place."""
    chance = random.Random(5)
    names = {row.key: row.ar[0] for row in read_table("countries.tsv") if len(row.key) == 2 and row.key[0] != "X"}
    common = "FR DE IT ES TR EG IR IN BR CA JP KE PL SE GR NG PK MX UA JO LB MA TN".split()
    for row in rows:
        here = {n.key for n in english_names(row["en"]) if n.key in names}
        arabic = [n for n in arabic_names(row["ar"]) if n.key in here and n.span.cut(row["ar"]) in names[n.key]]
        if len(here) == 1 and len(arabic) == 1:
            span, key = arabic[0].span, arabic[0].key
            other = names[chance.choice([c for c in common if c != key])]
            yield Subject(row["en"], row["ar"][: span.start] + other + row["ar"][span.end :])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="print so many misjudged rows of each set")
    args = parser.parse_args()
    link = Linker(with_encoder=args.links)
    for name in ("dev", "natural_dev"):
        rows = list(bench_rows(args.shared / "bench" / f"{name}.jsonl"))
        report_marked(name, link([subject for subject, _ in rows]), [kind for _, kind in rows], args.show)
    lines = (args.shared / "bench" / "contrast_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    subjects = link([Subject(row["en"], row["ar"]) for row in rows])
    report_marked(
        "contrast_dev", subjects, [row["type"] if row["label"] == "error" else None for row in rows], args.show
    )
    ntrex = [r for r in tsv_rows(args.shared / "data" / "ntrex_dev" / "ntrex.tsv") if r["glued"] != "1"]
    tico = tsv_rows(args.shared / "data" / "tico19" / "tico19.all.tsv")
    for name, rows in (("ntrex_dev", ntrex), ("tico19", tico)):
        report_marked(name, link([Subject(r["en"], r["ar"]) for r in rows]), [None] * len(rows), args.show)
    changed = link(list(changed_countries(tico + ntrex))[:COUNTRY_ROWS])
    caught = sum(
        any(f.code.startswith("name") and f.severity is Severity.ERROR for f in check_names(s)) for s in changed
    )
    print(f"country changed, caught with the same code: {figure(caught, len(changed))}")
    pairs = tsv_rows(args.shared / "data" / "mt_geneval" / "geneval_counterfactual.dev.tsv")
    sides = [(r[en], r[ar], r[other]) for r in pairs for en, ar, other in
             (("en", "ar", "ar_flipped"), ("en_flipped", "ar_flipped", "ar"))]  # fmt: skip
    right = sum(bool(check_gender(Subject(en, ar))) for en, ar, _ in sides)
    crossed = sum(bool(check_gender(Subject(en, other))) for en, _, other in sides)
    print(f"mt_geneval, in sample: right flagged {figure(right, len(sides))}; crossed {figure(crossed, len(sides))}")
    subjects = [Subject(row["en"], row["ar"]) for row in tico]
    started = time.process_time()
    for subject in subjects:
        findings_of(subject)
    print(f"{len(subjects) / (time.process_time() - started):.0f} pairs a second on one core, without the encoder")


if __name__ == "__main__":
    main()
