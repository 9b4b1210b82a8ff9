-- This source's word for them goes.
SELECT l.person_id, :source AS source_id
FROM leavers AS l
WHERE :leavers <> 'keep'
