-- How many differences there are of each kind.
SELECT kind, count(*) AS differences FROM differences GROUP BY kind ORDER BY kind
