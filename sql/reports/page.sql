-- A page of a report, sorted by a text, a number or a time (of_...), and then by what tells its rows apart.
SELECT r.*
FROM report AS r
ORDER BY
    CASE WHEN NOT CAST(:descending AS boolean) THEN r.of_text END NULLS LAST,
    CASE WHEN CAST(:descending AS boolean) THEN r.of_text END DESC NULLS LAST,
    CASE WHEN NOT CAST(:descending AS boolean) THEN r.of_number END NULLS LAST,
    CASE WHEN CAST(:descending AS boolean) THEN r.of_number END DESC NULLS LAST,
    CASE WHEN NOT CAST(:descending AS boolean) THEN r.of_time END NULLS LAST,
    CASE WHEN CAST(:descending AS boolean) THEN r.of_time END DESC NULLS LAST,
    r.of_key NULLS LAST, r.of_id
LIMIT CAST(:limit AS bigint)
OFFSET CAST(:offset AS bigint)
