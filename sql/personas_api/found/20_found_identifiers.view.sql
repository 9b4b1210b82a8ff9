-- Personas, of those that are somebody's, that a filter of Learning Locker's persona identifiers finds. (Ids, people and identifiers
-- are looked up; all else is looked at persona by persona.)
SELECT s.id, s.person_id, s.created_at, greatest(s.created_at, i.ended_at, i.started_at) AS updated_at
FROM personas AS s
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = s.changed_by
WHERE s.organisation_id = :organisation
  AND s.person_id IS NOT NULL
  AND s.id >= CAST(:least AS bigint)
  AND s.id <= CAST(:most AS bigint)
  AND (CAST(:ids AS bigint[]) IS NULL OR s.id = ANY (CAST(:ids AS bigint[])))
  AND (CAST(:people AS bigint[]) IS NULL OR s.person_id = ANY (CAST(:people AS bigint[])))
  AND (CAST(:ifis AS text[]) IS NULL OR s.ifi = ANY (CAST(:ifis AS text[])))
  AND (CAST(:kinds AS text[]) IS NULL OR CAST(s.kind AS text) = ANY (CAST(:kinds AS text[])))
  AND (CAST(:home_pages AS text[]) IS NULL
       OR (s.kind = 'account' AND split_part(s.ifi, ' ', 1) = ANY (CAST(:home_pages AS text[]))))
  AND (CAST(:account_names AS text[]) IS NULL
       OR (s.kind = 'account' AND substr(s.ifi, strpos(s.ifi, ' ') + 1) = ANY (CAST(:account_names AS text[]))))
  AND (CAST(:created_from AS timestamptz) IS NULL OR s.created_at >= CAST(:created_from AS timestamptz))
  AND (CAST(:created_before AS timestamptz) IS NULL OR s.created_at < CAST(:created_before AS timestamptz))
  AND (CAST(:updated_from AS timestamptz) IS NULL
       OR greatest(s.created_at, i.ended_at, i.started_at) >= CAST(:updated_from AS timestamptz))
  AND (CAST(:updated_before AS timestamptz) IS NULL
       OR greatest(s.created_at, i.ended_at, i.started_at) < CAST(:updated_before AS timestamptz))
