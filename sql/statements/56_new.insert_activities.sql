-- New activities are made.
SELECT :new_activity_ids + nth AS id, iri FROM new_objects ORDER BY nth
