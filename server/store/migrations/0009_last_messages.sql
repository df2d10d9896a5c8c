-- The last record of each kind on each machine, as its log spells it: docs/schema.md. Of those that came once, the first is the last.

ALTER TABLE machine_incidents ADD COLUMN last_message text NOT NULL DEFAULT '';
UPDATE machine_incidents SET last_message = first_message WHERE count = 1;
