-- How many people an import concerns.
SELECT count(*) AS people FROM concerned
