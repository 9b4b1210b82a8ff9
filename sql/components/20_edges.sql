-- Which line names which shared key: lines with a key in common belong together.
SELECT line, key FROM shared_claims
UNION ALL
SELECT line, key FROM shared_custom_ids
