-- How many marks there are of a kind; not more than are asked for.
SELECT count(*) AS marks
FROM (SELECT FROM pending
      WHERE organisation_id = :organisation AND subject = :subject
      LIMIT :most) AS p
