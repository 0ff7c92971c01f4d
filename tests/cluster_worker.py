"""Preloaded by the workers of tests/test_cluster.py alone: the encoder without a model, which may kill."""

from align import pipeline, stages
from align.checker import Matcher
from align.match import calibration
from tests.fakes import FrailEncoder, HashEncoder, hanging, open_hash_aligner


def _open(settings):
    aligner = open_hash_aligner(settings)
    aligner.encoder = FrailEncoder()
    return aligner


pipeline.extract_article = hanging(pipeline.extract_article)
stages.open_aligner = _open
stages.open_matcher = lambda settings: Matcher(FrailEncoder(), calibration.load(HashEncoder.name, HashEncoder.revision))
