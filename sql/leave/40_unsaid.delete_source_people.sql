-- This source's word for them goes.
SELECT l.person_id, :source AS source_id
FROM leavers AS l
WHERE :leavers <> 'keep' AND NOT EXISTS (SELECT FROM claimed_leavers AS c WHERE c.person_id = l.person_id)
