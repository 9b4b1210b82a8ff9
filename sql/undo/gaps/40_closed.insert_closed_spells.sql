-- have the personas for as long as nobody else has them,
SELECT persona_id, begins_at, ends_at, :gap_ids + nth AS person_id FROM gaps WHERE ends_at < 'infinity'
