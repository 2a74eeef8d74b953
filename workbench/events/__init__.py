"""Event data: kept as Parquet, read lazily, by one engine (DuckDB here, Spark on a cluster)."""
