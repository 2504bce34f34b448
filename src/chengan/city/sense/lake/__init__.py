"""Where readings lie: a write-ahead tail, Parquet segments behind it, and questions to both."""
