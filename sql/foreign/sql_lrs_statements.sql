-- Statements of Yet SQL LRS behind an id, in the order of their ids; of voided ones nothing but that they are.
SELECT id, CASE WHEN NOT is_voided THEN CAST(payload AS text) END AS payload
FROM xapi_statement
WHERE id > :after
ORDER BY id
LIMIT :most
