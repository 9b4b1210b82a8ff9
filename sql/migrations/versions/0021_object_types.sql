-- Whether a persona is an Agent or an identified Group of xAPI, where that was said.
ALTER TABLE personas ADD COLUMN object_type text;
ALTER TABLE persona_versions ADD COLUMN object_type text;

DROP VIEW persona_changes;
DROP VIEW persona_states;
CREATE VIEW persona_states AS
SELECT organisation_id, id, person_id, begins_at, kind, ifi, near,
       as_written, agent_name, object_type, pinned, created_at, changed_by, said_in, CAST(NULL AS bigint) AS replaced_by
FROM personas
UNION ALL
SELECT organisation_id, id, person_id, begins_at, kind, ifi, near,
       as_written, agent_name, object_type, pinned, created_at, changed_by, said_in, replaced_by
FROM persona_versions;

CREATE VIEW persona_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM persona_states AS b
LEFT JOIN persona_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS persona_states), a, a.replaced_by IS NULL
FROM persona_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM persona_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

-- Runs that have not ended are few, and looked for among very many.
CREATE INDEX running_imports ON imports (organisation_id, id) WHERE state = 'running';
