-- What the lines claim, and who has it now, since when: its open spell. (Where lines go unread a batch puts it down before it
-- joins lines: whoever has what another line claims is looked up once for both.)
-- statistics (line, holder_id)
SELECT
    c.line, c.place, c.kind, c.ifi, c.near, c.as_written, c.agent_name, c.object_type, c.created, c.said_in, c.since,
    p.id AS persona_id, p.person_id AS holder_id, p.begins_at, coalesce(p.pinned, false) AS pinned
FROM staged_claims AS c
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
