-- The marks of personas and people go, or of people alone. What comes after reads everything anew: a mark that is made meanwhile
-- stays.
SELECT FROM pending AS t
WHERE t.organisation_id = :organisation AND t.subject = ANY (CAST(:subjects AS text[]))
