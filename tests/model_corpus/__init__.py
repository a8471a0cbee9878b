"""Bad model files, made here: of each its content and the one sentence that a reader is told."""

from model_corpus import descriptions, numbers, zips

CASES = zips.CASES | descriptions.CASES | numbers.CASES
