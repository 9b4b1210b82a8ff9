-- To whom anything has happened: their fingerprints go, so that their lines are looked at again.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM source_people AS s
WHERE s.organisation_id = :organisation AND s.fingerprint_a IS NOT NULL AND EXISTS (SELECT FROM known_lines)
  AND s.person_id IN (
    SELECT person_id FROM clear_people
    UNION ALL
    SELECT from_id FROM clear_personas
    UNION ALL
    SELECT to_id FROM clear_personas
    UNION ALL
    SELECT from_id FROM clear_spells
    UNION ALL
    SELECT person_id FROM clear_spells
    UNION ALL
    SELECT person_id FROM clear_memberships
    UNION ALL
    SELECT person_id FROM undone_sayings
    UNION ALL
    SELECT m.person_id
    FROM clear_groups AS u
    JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = u.group_id
    WHERE u.renames)
