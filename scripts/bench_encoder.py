"""What the trained encoder gains over the one as released: retrieval, word links, minimal changes, the judge of words.

Both are scored in the same run. `--final` adds batch Q05, of which only figures are ever shown.

    python scripts/bench_encoder.py --checkpoint RUN/checkpoint.pt [--sets dev_ud_pud ntrex_dev ...] [--final]
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from align.embed import load_encoder
from align.embed.trained import NAME, judge_weights
from align.models.doubt import WordJudge
from align.protocols import Encoder
from align.records import Span
from align.settings import EmbedSettings
from align.train.features import change_features, fitted_scores
from align.train.judging import quad_doubts
from align.train.parallel import scored_pairs
from align.train.quads import read_quads, training_quads
from align.train.reading import StudentEncoder
from align.train.scores import GoldLinks, auc, counterfactual, paired_interval, recall_at, retrieval, score_links
from align.train.shipping import load_memory, word_judge
from align.train.splits import quad_batches
from align.train.student import load_student

SETS = ("dev_un_political", "dev_ud_pud", "ntrex_dev", "tico19", "tatoeba")
CHOSEN_ON = ("dev_un_political", "dev_ud_pud")
TATOEBA_PAIRS = 3000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="of a run of `python -m align.train encoder`")
    parser.add_argument("--model", help="score this model instead of a checkpoint (a preset or a path)")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--links", type=Path, default=Path("data/gold/word_links.jsonl"))
    parser.add_argument("--cache", type=Path, help="folder that keeps the released encoder's vectors")
    parser.add_argument("--alone", action="store_true", help="leave the released encoder out")
    parser.add_argument("--features", action="store_true", help="fit word features on Q09, Q10 and Q14 too")
    parser.add_argument("--final", action="store_true", help="score Q05 too")
    asked = parser.parse_args()
    encoders: dict[str, Encoder] = {}
    if not asked.alone:
        kept = EmbedSettings(cache=True, cache_dir=str(asked.cache)) if asked.cache else EmbedSettings(cache=False)
        encoders["released"] = load_encoder(kept)
    if asked.model:
        encoders["trained"] = load_encoder(EmbedSettings(model=asked.model, cache=False))
    elif asked.checkpoint:
        encoders["trained"] = StudentEncoder(load_student(asked.checkpoint))
    score_retrieval(encoders, asked.shared, asked.sets)
    score_changes(encoders, asked)
    if asked.links.is_file():
        for name, encoder in encoders.items():
            for way, found in score_links(encoder, read_links(asked.links)).items():
                shown = f"AER {found.error_rate:.3f} precision {found.precision:.3f} recall {found.recall:.3f}"
                print(f"links {way} {name}: {shown}", flush=True)
    if asked.checkpoint:
        score_judge(asked.checkpoint, asked.shared, asked.final)


def score_retrieval(encoders: dict[str, Encoder], shared: Path, names: list[str]) -> None:
    pooled: dict[tuple[str, str], list[np.ndarray]] = {}
    for name in names:
        pairs = scored_pairs(shared, name)
        if name == "tatoeba":
            chosen = np.random.default_rng(1).permutation(len(pairs))[:TATOEBA_PAIRS]
            pairs = [pairs[k] for k in sorted(chosen)]
        for who, encoder in encoders.items():
            found = retrieval(encoder, pairs)
            for way, wrong in found.items():
                if name not in CHOSEN_ON[:1]:
                    pooled.setdefault((who, way), []).append(wrong)
            half = len(wrong) // 2
            shown = "  ".join(f"{way} {w[:half].mean():.2%}/{w[half:].mean():.2%}" for way, w in found.items())
            mark = " (chosen on)" if name in CHOSEN_ON else ""
            print(f"retrieval errors en>ar/ar>en {name}{mark} {len(pairs)} {who}: {shown}", flush=True)
    for way in ("cosine", "margin 2", "margin 3", "margin 4"):
        if not pooled or len(encoders) < 2:
            break
        one, other = (np.concatenate(pooled[who, way]) for who in ("trained", "released"))
        low, high = paired_interval(one, other)
        print(
            f"pooled (without dev_un_political) {way}: released {other.mean():.2%} trained {one.mean():.2%}, "
            f"{one.mean() / max(other.mean(), 1e-9) - 1:+.0%}; difference {low:+.2%} to {high:+.2%}"
        )


def score_changes(encoders: dict[str, Encoder], asked: argparse.Namespace) -> None:
    """The sentences' difference alone; with --features also word features fitted on the batches for fitting."""
    sets = {"held-out quarter": training_quads(asked.shared)[1]}
    if asked.final:
        sets["Q05"] = read_quads(asked.shared, quad_batches("scored"))
    fitted = read_quads(asked.shared, quad_batches("fitted")) if asked.features else []
    for who, encoder in encoders.items():
        judge = judge_of(asked) if who == "trained" else None
        learnt = change_features(encoder, fitted, judge) if fitted else None
        for name, quads in sets.items():
            line = f"counterfactual AUC {name} ({len(quads)} quads) {who}: {auc(*counterfactual(encoder, quads)):.3f}"
            if learnt:
                names, columns, labels = learnt
                _, own, renders_second = change_features(encoder, quads, judge)
                line += f", with word features {auc(fitted_scores(names, (columns, labels), own), renders_second):.3f}"
            print(line, flush=True)


def judge_of(asked: argparse.Namespace) -> WordJudge | None:
    if asked.checkpoint:
        student = load_student(asked.checkpoint)
        return word_judge(student, load_memory(asked.checkpoint, student))
    return WordJudge(judge_weights()) if asked.model == NAME else None


def score_judge(checkpoint: Path, shared: Path, final: bool) -> None:
    student = load_student(checkpoint)
    memory = load_memory(checkpoint, student)
    step = torch.load(checkpoint, map_location="cpu", weights_only=False)["step"]
    sets = {"held-out quarter": training_quads(shared)[1]}
    if final:
        sets["Q05"] = read_quads(shared, quad_batches("scored"))
    for name, quads in sets.items():
        found = quad_doubts(student, memory, quads)
        by_type = {
            kind: round(
                auc(*zip(*[(s, w) for s, w, t in zip(found.scores, found.is_wrong, found.types) if t == kind])), 2
            )
            for kind in sorted(set(found.types))
        }
        print(
            f"judge AUC {name} step {step}: {auc(found.scores, found.is_wrong):.3f}, "
            f"recall at 4 % alarms {recall_at(found.scores, found.is_wrong, 0.04):.2f}; by type {by_type}",
            flush=True,
        )


def read_links(path: Path) -> list[GoldLinks]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            words = [tuple(Span(*span) for span in row[name]) for name in ("en_words", "ar_words")]
            links = [frozenset((a, b) for a, b in row[name]) for name in ("sure", "possible")]
            found.append(GoldLinks(row["en"], row["ar"], *words, links[0], links[0] | links[1]))
    return found


if __name__ == "__main__":
    main()
