"""The rules alone, without an encoder, on every set that may be read: recall by type and false alarms.

usage: python scripts/score_rules.py [--shared ../shared] [--sets A B ...] [--evidence FILE] [--json FILE]
                                       [--show SET] [--type TYPE] [--code CODE]

Sets: `beside` (quads that rules may be written beside), `apart` (readable quads of which only the figures are looked
at while a rule is written), `field` (cases.jsonl without its second campaign), `contrast`, and human translations, of
which every error is a false alarm: `tico19`, `ntrex_dev` (documents set aside by data/splits.json left out),
`dev_ud_pud`, `dev_un_political`. --evidence gives the rules the bundled encoder's word evidence, as a run does, and
keeps it in FILE; without it the rules judge alone. --show prints the wrong rows of a set (--type: those of one type,
"ok" for false alarms; --code: those with an error of this code).
"""

import argparse
import collections
import csv
import gzip
import json
import pickle
import sys
import time
from pathlib import Path

from align.check.registry import run_checks
from align.check.view import views_of
from align.embed import load_encoder
from align.match.links import link_words
from align.models.bundle import bundle_for, shipped_bundle
from align.records import Severity, Subject
from align.settings import CheckSettings, EmbedSettings
from align.train.splits import is_set_aside
from align.writing import atomic_path

BESIDE = ("Q01", "Q02", "Q03", "Q04")
APART = ("Q07", "Q08", "Q11", "Q12", "Q13")
GROUP = 64  # rows judged together
SETS = ("beside", "apart", "field", "contrast", "tico19", "ntrex_dev", "dev_ud_pud", "dev_un_political")


def json_lines(path):
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]


def quad_rows(shared, batches):
    for batch in batches:
        for quad in json_lines(shared / "train" / "quads" / f"{batch}.jsonl"):
            for side, en, other in (("1", quad["en"], quad["en2"]), ("2", quad["en2"], quad["en"])):
                for own, texts in (("1", quad["ar"]), ("2", quad["ar2"])):
                    kind = quad["type"]
                    if kind == "omission":
                        kind = "omission" if len(en) > len(other) else "addition"
                    for ar in texts:
                        yield quad["id"], en, ar, "ok" if side == own else kind


def case_rows(path):
    for row in json_lines(path):
        if not row["id"].startswith("b-"):
            kind = (row.get("type") or "other").split(".")[0].split("/")[0]
            yield row["id"], row["en"], row["ar"], "ok" if row["label"] == "ok" else kind


def contrast_rows(path):
    for row in json_lines(path):
        yield row["base"], row["en"], row["ar"], "ok" if row["label"] == "ok" else row["type"]


def document_rows(path):
    """Human translations by document; those that are set aside for judging are left out."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            name = row.get("doc") or row["id"].rpartition(":")[0]
            if not is_set_aside(name):
                yield row.get("row") or row["id"], row["en"], row["ar"], "ok"


def parallel_rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for n, line in enumerate(stream):
            en, ar = line.rstrip("\n").split("\t")[:2]
            yield f"{path.stem}:{n}", en, ar.replace("ـ", ""), "ok"


def read_set(shared, name):
    if name in ("beside", "apart"):
        return list(quad_rows(shared, BESIDE if name == "beside" else APART))
    if name == "field":
        return list(case_rows(shared / "field" / "cases.jsonl"))
    if name == "contrast":
        return list(contrast_rows(shared / "bench" / "contrast_dev.jsonl"))
    if name == "tico19":
        return list(document_rows(shared / "data" / "tico19" / "tico19.all.tsv"))
    if name == "ntrex_dev":
        return list(document_rows(shared / "data" / "ntrex_dev" / "ntrex.tsv"))
    return list(parallel_rows(shared / "train" / "parallel" / f"{name}.tsv.gz"))


class Evidence:
    """Word links and likenesses by pair of texts, kept in a file of this script's own making."""

    def __init__(self, path):
        self.path = path
        self.kept = pickle.loads(path.read_bytes()) if path and path.exists() else {}

    def add(self, rows):
        todo = [(en, ar) for _, en, ar, _ in rows if (en, ar) not in self.kept]
        if not self.path or not todo:
            return
        encoder = load_encoder(EmbedSettings())
        means = bundle_for(encoder.name, encoder.revision).means
        for start in range(0, len(todo), GROUP):
            texts = sorted({text for pair in todo[start : start + GROUP] for text in pair})
            words = dict(zip(texts, encoder.encode_words(texts), strict=True))
            for en, ar in todo[start : start + GROUP]:
                found = link_words(words[en], words[ar], means)
                self.kept[en, ar] = (tuple(found.links), tuple(found.en_words), tuple(found.ar_words))
        with atomic_path(self.path) as path:
            path.write_bytes(pickle.dumps(self.kept))

    def subject(self, en, ar):
        links, en_words, ar_words = self.kept.get((en, ar), ((), (), ()))
        return Subject(en, ar, links=links, en_words=en_words, ar_words=ar_words, en_context=en)


def judge(rows, evidence):
    """The findings of every row; rows are judged together in groups, so that texts they share are read once."""
    models, found = shipped_bundle().checks, []
    evidence.add(rows)
    for start in range(0, len(rows), GROUP):
        subjects = [evidence.subject(en, ar) for _, en, ar, _ in rows[start : start + GROUP]]
        found += [checked.findings for checked in run_checks(views_of(subjects, models), CheckSettings())]
    return found


def tally(rows, found):
    """Counts by type: rows, rows with an error, rows with an error or a warning; and by code: right, wrong."""
    types, codes = collections.defaultdict(lambda: [0, 0, 0]), collections.defaultdict(lambda: [0, 0])
    for (_, _, _, kind), findings in zip(rows, found, strict=True):
        errors = {f.code for f in findings if f.severity is Severity.ERROR}
        count = types[kind]
        count[0] += 1
        count[1] += bool(errors)
        count[2] += any(f.severity is not Severity.NOTE for f in findings)
        for code in errors:
            codes[code][kind == "ok"] += 1
    return {"types": dict(types), "codes": dict(codes)}


def print_tally(name, result, seconds):
    types, codes = result["types"], result["codes"]
    wrong = [count for kind, count in types.items() if kind != "ok"]
    right = types.get("ok", [0, 0, 0])
    share = " ".join(f"{kind} {hit}/{n}" for kind, (n, hit, _) in sorted(types.items()) if kind != "ok")
    print(f"== {name}: {sum(c[0] for c in types.values())} rows in {seconds:.0f} s")
    if wrong:
        n, hit, some = (sum(column) for column in zip(*wrong, strict=True))
        print(f"   recall {hit / n:.3f} ({hit} of {n}), any severity {some / n:.3f}\n   {share}")
    print(f"   false alarms {right[1] / max(1, right[0]):.4f} ({right[1]} of {right[0]}), any {right[2]}")
    print("   codes, right/wrong: " + " ".join(f"{c} {a}/{b}" for c, (a, b) in sorted(codes.items())))


def show(rows, found, kind, code):
    for (name, en, ar, label), findings in zip(rows, found, strict=True):
        errors = [f.code for f in findings if f.severity is Severity.ERROR]
        is_wanted = any(c.startswith(code) for c in errors) if code else bool(errors) == (label == "ok")
        if is_wanted and kind in (None, label):
            print(f"-- {name} {label}\n   {en}\n   {ar}")
            print("   " + "; ".join(f"{f.code} {f.severity.value}: {f.message}" for f in findings))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", choices=SETS)
    parser.add_argument("--type")
    parser.add_argument("--code")
    parser.add_argument("--evidence", type=Path)
    args = parser.parse_args()
    evidence = Evidence(args.evidence)
    results = {}
    for name in [args.show] if args.show else args.sets:
        rows = read_set(args.shared, name)
        begin = time.process_time()
        found = judge(rows, evidence)
        if args.show:
            show(rows, found, args.type, args.code)
            return
        results[name] = tally(rows, found)
        print_tally(name, results[name], time.process_time() - begin)
        sys.stdout.flush()
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
