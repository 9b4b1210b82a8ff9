-- What stayed with some people though a line of somebody else's claimed it, and what stayed with others though theirs did.
SELECT
    f.import_id, CAST(NULL AS bigint) AS follows, f.persona_id, f.holder_id, f.claimant_id, f.said_in, f.why,
    (SELECT p.ifi FROM persona_states AS p
     WHERE p.organisation_id = :organisation AND p.id = f.persona_id LIMIT 1) AS ifi
FROM left_personas AS f
WHERE f.organisation_id = :organisation AND f.holder_id = ANY (CAST(:people AS bigint[]))
UNION
SELECT
    f.import_id, NULL, f.persona_id, f.holder_id, f.claimant_id, f.said_in, f.why,
    (SELECT p.ifi FROM persona_states AS p WHERE p.organisation_id = :organisation AND p.id = f.persona_id LIMIT 1)
FROM left_personas AS f
WHERE f.organisation_id = :organisation AND f.claimant_id = ANY (CAST(:people AS bigint[]))
