-- Whose changes are to be listed: an import's (0: of the dry run that is under way), with the names of its files, and which
-- page of them. What an import that undoes another takes from people it gives back; it drops nothing, and what lines of
-- other imports' files said is no line of its own.
CREATE TEMP TABLE listed_import ON COMMIT DROP AS
SELECT
    CAST(:organisation AS integer) AS organisation_id,
    CAST(:import AS bigint) AS import_id,
    CAST(:files AS text[]) AS files,
    CAST(cardinality(CAST(:files AS text[])) AS bigint) << 40 AS said_below,
    CAST(:undoes AS boolean) AS undoes,
    CAST(:limit AS bigint) AS page,
    CAST(:offset AS bigint) AS page_starts
