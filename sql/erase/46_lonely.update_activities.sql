-- That may be a page about them: nothing is called so any more.
SELECT activity_id AS id, 'erased:' || activity_id AS iri FROM lonely_activities
