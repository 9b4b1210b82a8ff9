-- The runs that made one person of several: by hand, or through Learning Locker's interface.
SELECT i.id
FROM imports AS i
WHERE i.organisation_id = :organisation
  AND (i.command = 'merge-people' OR i.command = 'personas-api' AND i.options ? 'merged')
