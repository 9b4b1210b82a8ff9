-- The most personas of each kind that any one person of the organisation has: how many columns an export needs.
SELECT
    coalesce(max(n) FILTER (WHERE kind = 'mbox'), 0) AS mbox,
    coalesce(max(n) FILTER (WHERE kind = 'mbox_sha1sum'), 0) AS mbox_sha1sum,
    coalesce(max(n) FILTER (WHERE kind = 'openid'), 0) AS openid,
    coalesce(max(n) FILTER (WHERE kind = 'account'), 0) AS account
FROM (
    SELECT kind, count(*) AS n
    FROM personas
    WHERE organisation_id = CAST(:organisation AS integer) AND person_id IS NOT NULL
    GROUP BY person_id, kind
) AS each_person
