"""CloudWatch Logs Insights: the query language, its compiler to SQL over the column store, and the API's operations."""
