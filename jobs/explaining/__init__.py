"""Who is meant, and what has made them what they are: found by id or identifier, and told change by change."""
