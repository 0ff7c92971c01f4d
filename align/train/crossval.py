"""Run directories of the development benchmarks in which each article is matched by weights that saw nothing of it.

The checks are the shipped ones: their coverage weights have seen these texts.
"""

from __future__ import annotations

import platform
from pathlib import Path

from align import __version__
from align.judge.pairs import check_article, with_own_evidence
from align.match.assign import match_article
from align.match.matcher import Matcher
from align.models.bundle import Bundle
from align.models.signature import content_hash, exact
from align.protocols import Encoder
from align.records import AlignedArticle
from align.rows.kinds import RunFacts
from align.run.directory import RunDirectory
from align.settings import CheckSettings, Settings
from align.train.articles import SETS, ArticleExample
from align.train.matching import Fitted


def write_runs(fitted: Fitted, encoder: Encoder, target: Path) -> None:
    """Write a directory for each set, target/dev say, as `align run` does, scored out of fold."""
    model = fitted.final.matching
    signature = f"crossval|{model.origin}|matching:{content_hash(model)}|thr:{exact(model.threshold)}"
    for name in SETS:
        examples = [e for e in fitted.examples if e.set == name]
        if not examples:
            continue
        with RunDirectory(target / name, signature, redo=True) as directory:
            for e in examples:
                directory.add(str(e.row["id"]), _aligned(e, fitted.folds[e.fold], model.threshold, encoder))
            directory.finish(_facts(encoder, name, len(examples)))


def _aligned(example: ArticleExample, bundle: Bundle, threshold: float, encoder: Encoder) -> AlignedArticle:
    result = match_article(example.article, example.segments, encoder, bundle, threshold)
    linked = with_own_evidence(result.pairs, Matcher(encoder, bundle), CheckSettings())
    pairs = check_article(example.article, linked, CheckSettings(), bundle.checks)
    return AlignedArticle(example.article, pairs, result.rejected, result.outlooks)


def _facts(encoder: Encoder, name: str, count: int) -> RunFacts:
    return {
        "version": __version__,
        "versions": {"python": platform.python_version()},
        "model": {"name": encoder.name, "revision": encoder.revision, "dim": encoder.dim, "engine": None},
        "settings": Settings().as_dict(),
        "inputs": [f"{name}.jsonl"],
        "this_run": {"given": count, "aligned": count, "unchanged": 0, "refused": 0},
        "seconds": {},
        "items": {},
        "peak_bytes": 0,
    }
