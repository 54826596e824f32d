"""SQL for each engine: building blocks (`sql`), bulk writing, group commit on SQLite, partitions on PostgreSQL."""
