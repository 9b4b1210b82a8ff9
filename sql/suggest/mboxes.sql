-- The mboxes that people have, where anybody has an mbox_sha1sum.
SELECT p.ifi, p.person_id
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.kind = 'mbox' AND p.person_id IS NOT NULL
  AND EXISTS (SELECT FROM personas AS s WHERE s.organisation_id = :organisation AND s.kind = 'mbox_sha1sum')
