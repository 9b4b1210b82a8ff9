-- An id that was somebody's. Who has lost a custom_id, and has none now, keeps it as the former one, and since when; nobody
-- else comes by it, or by them, unawares. near_custom_id: the form under which the custom_id (or else the former one)
-- coincides with others that somebody would take for it.
ALTER TABLE people
    ADD COLUMN near_custom_id text COLLATE "C",
    ADD COLUMN former_custom_id text COLLATE "C",
    ADD COLUMN lost_at timestamptz;
ALTER TABLE person_versions
    ADD COLUMN near_custom_id text COLLATE "C",
    ADD COLUMN former_custom_id text COLLATE "C",
    ADD COLUMN lost_at timestamptz;

DROP VIEW person_changes;
DROP VIEW person_states;
CREATE VIEW person_states AS
SELECT organisation_id, id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url, created_at,
       changed_by, said_in, CAST(NULL AS bigint) AS replaced_by
FROM people
UNION ALL
SELECT organisation_id, id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url, created_at,
       changed_by, said_in, replaced_by
FROM person_versions;

CREATE VIEW person_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM person_states AS b
LEFT JOIN person_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS person_states), a, a.replaced_by IS NULL
FROM person_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM person_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);
