-- With --personas replace: the kinds (for accounts: the home pages) of identifiers that the batch has at all.
SELECT DISTINCT c.kind, CASE c.kind WHEN 'account' THEN split_part(c.ifi, ' ', 1) ELSE '' END AS home_page
FROM staged_claims AS c
WHERE :personas = 'replace'
