"""A run: articles through the stages into the run directory, in this process or spread over workers."""
