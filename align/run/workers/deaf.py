"""Preloaded by local workers: Ctrl-C reaches every process of a terminal, and only the leading one must hear it."""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
