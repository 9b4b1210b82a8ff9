-- The persona is pinned, or is not any more.
SELECT p.id AS persona_id, p.person_id, NOT p.pinned AS pinned
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.id = :persona AND p.pinned <> CAST(:pinned AS boolean)
