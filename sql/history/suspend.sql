-- A source is not imported until somebody has looked; if it is suspended already, its first reason stands.
UPDATE sources
SET suspended_by = CAST(:import AS bigint), suspended_why = CAST(:why AS text)
WHERE organisation_id = :organisation AND id = CAST(:source AS integer) AND suspended_by IS NULL
