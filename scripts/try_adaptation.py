"""Whether a small adaptation of the bundled encoder's sentence vectors is worth shipping: what each gives out of fold.

usage: python scripts/try_adaptation.py [--shared ../shared] [--cache FILE]

Error at 1 of retrieval (mean of both directions, centred cosine) on three sets of human translations, five folds by
document; every map is fitted on the other folds of all three sets together. Tried:
  centring        what stands: each language moved to its own mean
  directions k    the k first principal directions of both languages taken off as well (Mu and Viswanath 2018)
  linear l        a map near the identity: argmin_W |XW - Y|^2 + l |W - I|^2, English to Arabic (closed form)
  rotation        the orthogonal map of least squares (Procrustes; Schoenemann 1966)
  contrastive     a linear map on both sides from the identity, InfoNCE over batches of 256 (torch, Adam)
A map is worth shipping only when it gains on every set and loses on none.
"""

import argparse
import json
import pickle
from pathlib import Path

import numpy as np

from align import __version__
from align.embed import load_encoder
from align.files import sha256_text
from align.settings import EmbedSettings

FOLDS = 5
MOST = 3000  # pairs of a set; Tatoeba has more than the others together


def read_tsv(path):
    header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [dict(zip(header.split("\t"), line.split("\t"))) for line in lines]


def read_sets(shared):
    """Name -> (English, Arabic, fold) of each pair."""
    ntrex = [r for r in read_tsv(shared / "data/ntrex_dev/ntrex.tsv") if r["glued"] == "0"]
    tico = read_tsv(shared / "data/tico19/tico19.all.tsv")
    sides = [(shared / f"data/tatoeba/tatoeba.{end}").read_text(encoding="utf-8").split("\n")
             for end in ("en", "ar", "ar.labels")]  # fmt: skip
    tatoeba = {en: (en, ar, en) for en, ar, label in zip(*sides) if label == "ara"}
    sets = {
        "ntrex_dev": [(r["en"], r["ar"], r["doc"]) for r in ntrex],
        "tico19": [(r["en"], r["ar"], r["id"].split(":")[0]) for r in tico],
        "tatoeba": list(tatoeba.values()),
    }
    return {
        name: [(en, ar, int(sha256_text(doc), 16) % FOLDS) for en, ar, doc in rows[:MOST]]
        for name, rows in sets.items()
    }


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def directions(k):
    def fit(x, y):
        _, _, basis = np.linalg.svd(np.vstack([x, y]), full_matrices=False)
        off = np.eye(x.shape[1]) - basis[:k].T @ basis[:k]
        return off, off

    return fit


def linear(weight):
    def fit(x, y):
        same = np.eye(x.shape[1])
        return np.linalg.solve(x.T @ x + weight * same, x.T @ y + weight * same), same

    return fit


def rotation(x, y):
    left, _, right = np.linalg.svd(x.T @ y)
    return left @ right, np.eye(x.shape[1])


def contrastive(x, y, *, epochs=20, batch=256, temperature=0.05, decay=0.1):
    import torch

    torch.manual_seed(0)
    english, arabic = torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    same = torch.eye(x.shape[1])
    maps = [torch.nn.Parameter(same.clone()) for _ in range(2)]
    optimiser = torch.optim.Adam(maps, lr=1e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(english)).split(batch):
            a, b = (torch.nn.functional.normalize(v[rows] @ m, dim=1) for v, m in zip((english, arabic), maps))
            scores, target = a @ b.T / temperature, torch.arange(len(rows))
            near = torch.nn.functional.cross_entropy
            loss = near(scores, target) + near(scores.T, target) + decay * sum(((m - same) ** 2).sum() for m in maps)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return tuple(m.detach().numpy().astype(np.float64) for m in maps)


METHODS = {
    "centring": lambda x, y: (np.eye(x.shape[1]), np.eye(x.shape[1])),
    **{f"directions {k}": directions(k) for k in (1, 3, 8)},
    **{f"linear {weight}": linear(weight) for weight in (10.0, 100.0, 1000.0)},
    "rotation": rotation,
    "contrastive": contrastive,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--cache", type=Path, help="text to vector, kept between runs")
    args = parser.parse_args()
    sets = read_sets(args.shared)
    encoder = load_encoder(EmbedSettings())
    known = pickle.loads(args.cache.read_bytes()) if args.cache and args.cache.exists() else {}
    new = [
        t for t in dict.fromkeys(t for rows in sets.values() for en, ar, _ in rows for t in (en, ar)) if t not in known
    ]
    known.update(zip(new, encoder.encode(new) if new else []))
    if args.cache:
        args.cache.write_bytes(pickle.dumps(known, protocol=4))
    sides = {}
    for name, rows in sets.items():
        english, arabic = ([known[row[side]] for row in rows] for side in (0, 1))
        sides[name] = np.array(english, np.float64), np.array(arabic, np.float64), np.array([row[2] for row in rows])
    print(json.dumps({"model": encoder.name, "revision": encoder.revision, "version": __version__,
                      "pairs": {name: len(rows) for name, rows in sets.items()}}))  # fmt: skip
    for method, fit in METHODS.items():
        errors = {name: [] for name in sides}
        for fold in range(FOLDS):
            x = np.vstack([en[folds != fold] for en, _, folds in sides.values()])
            y = np.vstack([ar[folds != fold] for _, ar, folds in sides.values()])
            means = x.mean(0), y.mean(0)
            maps = fit(unit(x - means[0]), unit(y - means[1]))
            for name, (en, ar, folds) in sides.items():
                # The whole set is searched; only the rows of the fold are judged, as a user's texts would be.
                a, b = unit(unit(en - means[0]) @ maps[0]), unit(unit(ar - means[1]) @ maps[1])
                table, rows = a @ b.T, np.flatnonzero(folds == fold)
                errors[name] += [error for r in rows for error in (table[r].argmax() != r, table[:, r].argmax() != r)]
        print(
            f"{method:14}" + "".join(f"  {name} {np.mean(values):.4f}" for name, values in errors.items()), flush=True
        )


if __name__ == "__main__":
    main()
