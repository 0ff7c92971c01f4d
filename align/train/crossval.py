"""Run directories of the development benchmarks in which each article is matched by weights that saw nothing of it.

The checks are the shipped ones: their coverage weights have seen these texts.
"""

from __future__ import annotations

from pathlib import Path

from align.judge.pairs import check_article, with_own_evidence
from align.match.assign import match_article
from align.match.matcher import Matcher
from align.models.signature import content_hash, exact
from align.protocols import Encoder
from align.records import AlignedArticle
from align.run.directory import RunDirectory
from align.settings import CheckSettings
from align.train.articles import SETS
from align.train.matching import Fitted


def write_runs(fitted: Fitted, encoder: Encoder, target: Path) -> None:
    """Write target/dev and target/natural_dev as `align run` does, scored out of fold."""
    model = fitted.final.matching
    signature = f"crossval|{model.origin}|matching:{content_hash(model)}|thr:{exact(model.threshold)}"
    for name in SETS:
        directory = RunDirectory(target / name, signature, redo=True)
        for e in (e for e in fitted.examples if e.set == name):
            bundle = fitted.folds[e.fold]
            result = match_article(e.article, e.segments, encoder, bundle, model.threshold)
            linked = with_own_evidence(result.pairs, Matcher(encoder, bundle))
            pairs = check_article(e.article, linked, CheckSettings(), bundle.checks)
            directory.add(e.row["id"], AlignedArticle(e.article, pairs, result.rejected))
        directory.finish({"crossval": True})
        directory.close()
