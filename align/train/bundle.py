"""A bundle of weights for an encoder, all sections or some: each fitted by its module, the others taken as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from align import __version__
from align.embed import load_encoder
from align.errors import ModelError
from align.files import sha256_text
from align.match.matcher import Matcher, trained_judge
from align.models.bundle import SCHEMA_VERSION, SECTIONS, of_row, shipped_bundle, write_rows
from align.models.sections import Means
from align.settings import EmbedSettings
from align.train import articles, coverage, gender, matching, mining, pair, weighing
from align.train.data import PairExample, read_ntrex
from align.train.folds import FOLDS
from align.train.vectors import KeptEncoder

Section = dict[str, Any]  # one of a bundle's file


@dataclass(frozen=True)
class Workshop:
    """The training texts and the encoder, read once for all sections that need them."""

    shared: Path  # the folder that holds bench/ and data/
    model: str = "e5-small"
    engine: str = "torch"  # the reference: the fast ones round where the processor has bf16, which moves third digits
    cache: Path | None = None  # keeps the encoder's vectors between fits; the compact ones beside it
    say: Callable[[str], None] = print
    hidden_seeds: int = 1  # of the sets that mining is fitted on

    @cached_property
    def encoder(self) -> KeptEncoder:
        """Each text once, whole."""
        return KeptEncoder(self._open, self.cache)

    @cached_property
    def compact(self) -> KeptEncoder:
        """The same for links alone."""
        beside = self.cache.with_name(f"{self.cache.name}.compact") if self.cache else None
        return KeptEncoder(self._open, beside, is_compact=True)

    def _open(self) -> Any:
        return load_encoder(EmbedSettings(model=self.model, engine=self.engine))

    @cached_property
    def examples(self) -> list[PairExample]:
        """The pairs that coverage is fitted on."""
        return coverage.read_examples(self.shared)

    @property
    def origin(self) -> str:
        """Of what is fitted on them."""
        data = sha256_text("\n".join(f"{e.en}\t{e.ar}" for e in self.examples))[:8]
        count = len(self.examples)
        return f"lr|model:{self.compact.name}|data:{data}|pairs:{count}|folds:{FOLDS}|v:{__version__}"


def fit_bundle(shop: Workshop, sections: Sequence[str], kept: Mapping[str, Section]) -> dict[str, Section]:
    """The sections of a bundle: those named are fitted, in an order in which each finds what it needs; others are kept.

    Raises ModelError when a section is neither named nor kept.
    """
    if unknown := set(sections) - set(SECTIONS):
        raise ModelError(f"expected sections of {', '.join(SECTIONS)}, found {', '.join(sorted(unknown))}")
    if missing := set(SECTIONS) - set(sections) - set(kept):
        raise ModelError(
            f"expected weights of every section, found none for {', '.join(sorted(missing))}; fit them too"
        )
    found = dict(kept)
    if {"means", "matching"} & set(sections):
        found["means"], found["matching"] = fit_matching_sections(shop)
    means = Means.of_row(found["means"])
    if "coverage" in sections:
        read = coverage.read_with(shop.examples, shop.compact, means)
        found["coverage"] = coverage.fit_coverage(read, f"coverage:{shop.origin}", shop.say)
    if "pair" in sections:
        targets = pair.targets_of(read_ntrex(shop.shared), shop.examples)
        found["pair"] = pair.fit_pair(targets, shop.compact, means, f"bare:{shop.origin}")
        shop.say(f"bare pairs: area out of fold {found['pair']['area_out_of_fold']:.4f}")
    if "gender" in sections:
        rows = gender.read_rows(shop.shared)
        gender.report(gender.out_of_fold(rows), shop.say)
        found["gender"] = gender.fit_gender(rows).as_row()
    if "mining" in sections:
        found["mining"] = _mining_section(shop, means)
    if "weighing" in sections:
        found["weighing"] = _weighing_section(shop, found)
    shop.encoder.save()
    shop.compact.save()
    return found


def fitted_matching(shop: Workshop) -> matching.Fitted:
    """Matching fitted on all benchmark articles, and without each fold; its means are those of the encoder."""
    examples, data = articles.load_examples(shop.shared)
    means = articles.means_of(examples, shop.encoder)
    shop.encoder.save()
    examples = articles.with_vectors(examples, shop.encoder, means)
    base = replace(shipped_bundle(), model=shop.encoder.name, revision=shop.encoder.revision, means=means)
    origin = f"spans5|data:{data}|articles:{len(examples)}|v:{__version__}"
    return matching.fit_matching(examples, base, shop.encoder, origin, shop.say)


def fit_matching_sections(shop: Workshop) -> tuple[Section, Section]:
    """Means and matching."""
    fitted = fitted_matching(shop)
    return fitted.final.means.as_row(), fitted.section()


def _mining_section(shop: Workshop, means: Means) -> Section:
    data, seeds = mining.data_hash(shop.shared), shop.hidden_seeds
    origin = f"mining2|model:{shop.encoder.revision}|data:{data}|hidden:{seeds}|k:{mining.K}|v:{__version__}"
    section = mining.fit_mining(mining.fit_sets(shop.shared, seeds), shop.encoder, means, origin)
    shop.say(f"mining: threshold {section['threshold']}, mean F1 out of fold {section['f1_out_of_fold']:.4f}")
    return section


def _weighing_section(shop: Workshop, found: Mapping[str, Section]) -> Section:
    """Fitted last: it weighs what checks say with the other sections."""
    labelled = weighing.read_labelled(shop.shared)
    row = {"schema_version": SCHEMA_VERSION, "model": shop.encoder.name, "revision": shop.encoder.revision, **found}
    bundle = of_row(row | {"weighing": {"origin": "", "scales": {}}})
    judge = trained_judge(shop.encoder.name)
    data = sha256_text("\n".join(f"{one.en}\t{one.ar}" for one in labelled))[:8]
    origin = f"weighing1|model:{shop.encoder.name}|data:{data}|pairs:{len(labelled)}|v:{__version__}"
    matcher = Matcher(KeptEncoder(shop._open), replace(bundle, judge=judge))
    return weighing.fit_weighing(labelled, matcher, bundle.checks, origin, shop.say)


def write_fitted(shop: Workshop, sections: Sequence[str], out: Path) -> None:
    """Fit these sections and write the bundle to `out`; the sections that are not named are kept as `out` has them.

    Raises ModelError when `out` lacks one of them or holds those of another encoder.
    """
    kept: dict[str, Section] = {}
    if out.exists() and set(sections) < set(SECTIONS):
        row = json.loads(out.read_text(encoding="utf-8"))
        if (row["model"], row["revision"]) != (shop.encoder.name, shop.encoder.revision):
            raise ModelError(f"{out} holds weights of {row['model']}, not of {shop.model}; give another --out")
        kept = {name: row[name] for name in SECTIONS if name in row}
    found = fit_bundle(shop, sections, kept)
    write_rows(out, shop.encoder.name, shop.encoder.revision, found)
    shop.say(f"wrote {', '.join(sections)} to {out}")
