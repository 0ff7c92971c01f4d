"""The figures of a review as text and as JSON."""

from __future__ import annotations

from align.store.results import Figures, Share, advised


def as_json(figures: Figures, precision: float) -> dict[str, object]:
    """Everything, for a program."""
    advice = advised(figures.thresholds, precision)
    return {
        "pairs": figures.pairs,
        "judged": figures.judged,
        "unsettled": figures.unsettled,
        "choices": dict(figures.choices),
        "precision": _share(figures.precision),
        "precision_as_proposed": _share(figures.strict),
        "by_outlet": {name: _share(share) for name, share in figures.by_outlet.items()},
        "findings_confirmed": {code: _share(share) for code, share in figures.by_code.items()},
        "tags": dict(figures.tags),
        "thresholds": [
            {"threshold": row.probability, "kept": row.kept, "precision": _share(row.precision)}
            for row in figures.thresholds
        ],
        "advice": None if advice is None else advice.probability,
        "agreement": {
            "pairs": figures.agreement.units,
            "raw": figures.agreement.raw,
            "krippendorff_alpha": figures.agreement.alpha,
            "cohen_kappa": [
                {"reviewers": list(who), "kappa": kappa, "pairs": count}
                for who, (kappa, count) in figures.agreement.kappas.items()
            ],
        },
    }


def as_text(figures: Figures, precision: float) -> str:
    """The same for a person."""
    lines = [
        f"{figures.judged} of {figures.pairs} pairs decided, {figures.unsettled} disputed and not settled",
        f"precision: {_words(figures.precision)}; exactly as proposed: {_words(figures.strict)}",
    ]
    lines += [f"  outlet {name or '(none)'}: {_words(share)}" for name, share in figures.by_outlet.items()]
    lines += [f"  finding {code} confirmed: {_words(share)}" for code, share in figures.by_code.items()]
    lines += [f"  tag {name}: {count}" for name, count in sorted(figures.tags.items())]
    agreement = figures.agreement
    if agreement.units:
        lines.append(
            f"agreement over {agreement.units} pairs: {_number(agreement.raw)} equal, "
            f"Krippendorff's alpha {_number(agreement.alpha)}"
        )
        for (one, other), (kappa, count) in agreement.kappas.items():
            lines.append(f"  Cohen's kappa of reviewers {one} and {other} over {count} pairs: {_number(kappa)}")
    lines.append(_advice(figures, precision))
    return "\n".join(lines)


def _advice(figures: Figures, precision: float) -> str:
    advice = advised(figures.thresholds, precision)
    if advice is None:
        return f"no threshold keeps {precision:.0%} right among the pairs decided so far"
    return (
        f"at {advice.probability:.2f} you keep {advice.kept:.0%} of the decided pairs, and "
        f"{_words(advice.precision)} of what you keep is right"
    )


def _share(share: Share) -> dict[str, float | None]:
    return {"right": share.right, "of": share.of, "share": share.value, "low": share.low, "high": share.high}


def _words(share: Share) -> str:
    if share.value is None:
        return "no case"
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}] ({share.right}/{share.of})"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
