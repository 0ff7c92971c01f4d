"""Which engine runs the encoder here, and why: from what the processor has and what is installed, loading nothing."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from align.errors import SettingsError
from align.protocols import Engine
from align.settings import EmbedSettings

_PACKAGES = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}
_BF16 = ("amx_bf16", "avx512_bf16")  # without one of them bf16 is slower than fp32
_GPU_NODES = ("/dev/nvidia0", "/dev/kfd")  # asked before torch is imported, which takes seconds


def choose(settings: EmbedSettings, *, is_bundled: bool) -> Engine:
    """The engine for these settings on this machine; only the bundled model can run on another one than torch.

    Raises SettingsError when an engine is asked for that cannot run here.
    """
    engine = settings.engine
    if engine != "auto":
        _require(engine, is_bundled=is_bundled)
        return Engine(engine, _precision(engine, settings.device), "as asked for")
    if not is_bundled:
        return Engine("torch", _precision("torch", settings.device), "other models than the bundled one run on torch")
    if settings.device not in ("auto", "cpu") or has_gpu():
        return Engine("torch", _precision("torch", settings.device), "a GPU is there or was asked for")
    return _fastest()


def _fastest() -> Engine:
    """Measured order: with bf16 OpenVINO, then torch; without it ONNX Runtime, then OpenVINO, then torch."""
    if flag := bf16_flag():
        engine = "openvino" if is_installed("openvino") else "torch"
        return Engine(engine, "bf16", f"the processor has {flag}" + _hint(engine, "openvino"))
    for engine in ("onnx", "openvino"):
        if is_installed(engine):
            return Engine(engine, "fp32", "fastest exact engine on a processor without bf16")
    return Engine("torch", "fp32", "the processor has no bf16" + _hint("torch", "onnx"))


def _hint(chosen: str, better: str) -> str:
    if chosen == better:
        return ""
    return f"; {_PACKAGES[better]} is not installed and would be faster (pip install 'quote-align[fast]')"


def _require(engine: str, *, is_bundled: bool) -> None:
    if not is_installed(engine):
        raise SettingsError(
            f"the engine {engine} needs the package {_PACKAGES[engine]}, which is not installed; "
            "pip install 'quote-align[fast]', or --engine torch"
        )
    if engine != "torch" and not is_bundled:
        raise SettingsError(f"the engine {engine} runs the bundled model only; leave --model out, or --engine torch")


def _precision(engine: str, device: str) -> str:
    if engine == "torch" and device != "cpu" and (device != "auto" or has_gpu()):
        return "fp16"
    return "bf16" if engine != "onnx" and bf16_flag() else "fp32"  # ONNX Runtime has no bf16 products on x86


def is_installed(engine: str) -> bool:
    """Whether the engine's package is there; a graph is built with the package onnx besides."""
    needed = (_PACKAGES[engine],) if engine == "torch" else (_PACKAGES[engine], "onnx")
    return all(importlib.util.find_spec(name) for name in needed)


def has_gpu() -> bool:
    """Whether a graphics card's device node is there and torch sees the card."""
    if not any(Path(node).exists() for node in _GPU_NODES):
        return False
    import torch

    return torch.cuda.is_available()


def bf16_flag() -> str | None:
    """The processor's instructions for bf16 products, if any."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    line = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return next((flag for flag in _BF16 if flag in line.split()), None)


def threads() -> int:
    """Processors that this process may use; OMP_NUM_THREADS says fewer, as it does to torch."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(here, int(asked)) if asked.isdecimal() and int(asked) else here
