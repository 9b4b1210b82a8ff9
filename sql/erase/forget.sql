-- Those may come back who are known by these hashes, and by whatever else was erased with them.
WITH gone AS (
    DELETE FROM erased_ids AS e
    WHERE e.organisation_id = :organisation AND e.erased_by IN (
        SELECT o.erased_by FROM erased_ids AS o
        WHERE o.organisation_id = :organisation AND o.hash = ANY (CAST(:hashes AS bytea[])))
    RETURNING 1
)
SELECT count(*) AS forgotten FROM gone
