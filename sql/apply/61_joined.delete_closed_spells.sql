-- What has ended for somebody who has it again goes on.
SELECT persona_id, since AS begins_at FROM moves WHERE since < begins_at
