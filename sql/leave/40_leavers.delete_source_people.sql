-- This source's word for leavers goes.
SELECT l.person_id, :source AS source_id
FROM leavers AS l
WHERE :leavers <> 'keep'
