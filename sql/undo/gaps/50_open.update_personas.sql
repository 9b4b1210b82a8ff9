-- or from then on.
SELECT persona_id AS id, :gap_ids + nth AS person_id, begins_at FROM gaps WHERE ends_at = 'infinity'
