-- The same spells, so written that one persona's, or one person's, are looked up wherever the view is joined: where a condition
-- stands beside one of the two tables alone, the planner reads both whole.
CREATE OR REPLACE VIEW spells AS
SELECT organisation_id, persona_id, person_id, begins_at, ends_at
FROM (
    SELECT organisation_id, id AS persona_id, person_id, begins_at, CAST('infinity' AS timestamptz) AS ends_at
    FROM personas
    UNION ALL
    SELECT organisation_id, persona_id, person_id, begins_at, ends_at
    FROM closed_spells
) AS s
WHERE person_id IS NOT NULL;
