-- What this chunk did, as one row.
SELECT
    (SELECT count(*) FROM new_statements) AS loaded,
    (SELECT count(*) FROM not_new WHERE fate = 'known') AS known,
    (SELECT count(*) FROM voided) + (SELECT count(*) FROM voided_before) AS voided,
    (SELECT count(*) FROM new_statements WHERE agent IS NULL) AS anonymous,
    (SELECT count(*) FROM newcomers) AS created,
    (SELECT count(*) FROM gaps) AS for_gaps,
    (SELECT count(*) FROM new_objects WHERE iri <> '') AS activities,
    (SELECT count(*) FROM near_misses) AS near_misses,
    (SELECT count(*) FROM left_out) AS left_out
