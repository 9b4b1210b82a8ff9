-- What has ended for somebody who has the persona again goes on: these are no ended spells any more.
SELECT persona_id, since AS begins_at FROM moves WHERE since < begins_at
