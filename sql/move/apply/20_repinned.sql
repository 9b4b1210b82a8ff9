-- The persona, if it is to be pinned and is not, or is and is not to be.
SELECT p.id AS persona_id, p.person_id, NOT p.pinned AS pinned
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.id = :persona AND p.pinned <> CAST(:pinned AS boolean)
