-- The time for which somebody is to have it: from when to when, or, as long as nobody says so, since whenever it is whose it is now.
SELECT
    p.id AS persona_id, p.ifi, p.agent_name,
    CASE WHEN :spans THEN coalesce(CAST(:begins AS timestamptz), '-infinity') ELSE p.begins_at END AS begins_at,
    coalesce(CAST(:ends AS timestamptz), 'infinity') AS ends_at
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.id = :persona AND (:alone OR CAST(:to AS bigint) IS NOT NULL)
