-- The first new personas that are nearly an existing one.
SELECT ifi, existing FROM near_misses ORDER BY ifi, existing LIMIT 5
