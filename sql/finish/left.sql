-- How much is pending: subjects, not marks.
SELECT
    count(DISTINCT subject_id) FILTER (WHERE subject = 'persona') AS personas,
    count(DISTINCT subject_id) FILTER (WHERE subject = 'person') AS people,
    count(DISTINCT subject_id) FILTER (WHERE subject = 'group') AS groups
FROM pending
WHERE organisation_id = :organisation
