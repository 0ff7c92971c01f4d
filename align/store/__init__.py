"""Articles, pairs and what people decided about them: SQLAlchemy over one SQLite file, or PostgreSQL for a team."""

from align.store.database import Store, open_store

__all__ = ["Store", "open_store"]
