"""The same training steps in PyTorch, where it is installed; prints the sequences per second of each layer."""

from __future__ import annotations

import importlib
import json
import time
from typing import Any

from benchmarks.recurrent_training import BATCH, FEATURES, LENGTH, ROUNDS, STEPS, UNITS, WORDS

KINDS = {"LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN"}


def main() -> dict[str, list[float]]:
    torch: Any = importlib.import_module("torch")
    return {kind: _speeds(torch, getattr(torch.nn, name)) for kind, name in KINDS.items()}


def _speeds(torch: Any, kind: Any) -> list[float]:
    torch.manual_seed(0)
    embedding, layer = torch.nn.Embedding(WORDS, FEATURES), kind(FEATURES, UNITS, batch_first=True)
    dense, loss = torch.nn.Linear(UNITS, 1), torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam([*embedding.parameters(), *layer.parameters(), *dense.parameters()])
    tokens, labels = torch.randint(1, WORDS, (BATCH, LENGTH)), torch.randint(0, 2, (BATCH, 1)).float()

    def step() -> None:
        outputs, _states = layer(embedding(tokens))
        optimizer.zero_grad()
        loss(dense(outputs[:, -1]), labels).backward()
        optimizer.step()

    step()
    return [_speed(step) for _ in range(ROUNDS)]


def _speed(step: Any) -> float:
    began = time.perf_counter()
    for _ in range(STEPS):
        step()
    return BATCH * STEPS / (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(main()))
