"""The checks, a module each: a pair to findings."""
