-- SPDX-License-Identifier: GPL-3.0-or-later
-- The number of what was deleted is not given again: another program may still write to it. And a
-- model that the user took from a provider's hub is not one that its list has to name.

CREATE TABLE used_number (
  kind TEXT PRIMARY KEY,
  last INTEGER NOT NULL
);
INSERT INTO used_number (kind, last) VALUES ('conversation', 0), ('message', 0);

CREATE TRIGGER conversation_number_is_used AFTER DELETE ON conversation
  BEGIN UPDATE used_number SET last = OLD.id WHERE kind = 'conversation' AND last < OLD.id; END;
CREATE TRIGGER message_number_is_used AFTER DELETE ON message
  BEGIN UPDATE used_number SET last = OLD.id WHERE kind = 'message' AND last < OLD.id; END;

ALTER TABLE discovered_model ADD COLUMN taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1));
